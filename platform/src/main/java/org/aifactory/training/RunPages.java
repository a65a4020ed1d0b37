package org.aifactory.training;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.data.DatasetVersion;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.training.RunRequest.Base;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The pages of runs: the list, the form for a new one, and one run as it goes. */
@Controller
class RunPages {
    private static final int RUNS_ON_A_PAGE = 100;
    private static final int SAMPLES_ON_A_PAGE = 5;
    private static final int TAIL_BYTES = 16 << 10;
    private static final double DEFAULT_MINUTES = 10;

    private final Runs runs;
    private final RunViews views;
    private final ReadingTable readings;
    private final Charts charts;
    private final Allocations allocations;
    private final Partitions partitions;
    private final Datasets datasets;
    private final Placements placements;
    private final RunOutlooks outlooks;
    private final MessageSource messages;

    RunPages(
            Runs runs,
            RunViews views,
            ReadingTable readings,
            Charts charts,
            Allocations allocations,
            Partitions partitions,
            Datasets datasets,
            Placements placements,
            RunOutlooks outlooks,
            MessageSource messages) {
        this.runs = runs;
        this.views = views;
        this.readings = readings;
        this.charts = charts;
        this.allocations = allocations;
        this.partitions = partitions;
        this.datasets = datasets;
        this.placements = placements;
        this.outlooks = outlooks;
        this.messages = messages;
    }

    @GetMapping("/runs")
    String list(Actor actor, Locale locale, Model model) {
        model.addAttribute("runs", views.views(runs.of(actor, RunFilter.NOT_SERVING, RUNS_ON_A_PAGE), locale));
        model.addAttribute("mayRun", !usable(actor).isEmpty());
        return "training/list";
    }

    /**
     * What the form says.
     *
     * @param dataset DATASET:CONTENT
     * @param base the id of a model, or DATASET:CONTENT
     * @param continues whether a script is started again where the machine fails under it; what the engine does always is
     */
    record Wish(
            @Nullable Recipe recipe,
            @Nullable UUID allocation,
            @Nullable @Size(max = 200) String name,
            @Nullable @Size(max = 200) String dataset,
            @Nullable Double minutes,
            @Nullable Integer nodes,
            @Nullable Integer cores,
            @Nullable @Size(max = 200) String base,
            @Nullable @Size(max = 300_000) String command,
            @Nullable Boolean continues,
            @Nullable @Size(max = 500) String image) {

        RunRequest request() {
            return new RunRequest(
                    allocation == null
                            ? new Where.Anywhere(PlacementRules.NONE)
                            : new Where.On(new AllocationId(allocation)),
                    Objects.requireNonNull(recipe),
                    given(name),
                    Optional.empty(),
                    given(dataset).map(VersionId::parse),
                    Optional.ofNullable(minutes),
                    Optional.empty(),
                    Optional.ofNullable(nodes),
                    Optional.ofNullable(cores),
                    Optional.empty(),
                    Optional.empty(),
                    recipe == Recipe.FINETUNE ? given(base).map(Wish::base) : Optional.empty(),
                    recipe == Recipe.COMMAND ? given(command) : Optional.empty(),
                    recipe == Recipe.COMMAND ? given(image).map(String::strip) : Optional.empty(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    recipe == Recipe.COMMAND ? Optional.ofNullable(continues) : Optional.empty(),
                    Optional.empty());
        }

        private static Optional<String> given(@Nullable String word) {
            return Optional.ofNullable(word).filter(known -> !known.isBlank());
        }

        private static Base base(String word) {
            try {
                return new Base.OfModel(UUID.fromString(word.strip()));
            } catch (IllegalArgumentException other) {
                return new Base.OfVersion(VersionId.parse(word.strip()));
            }
        }
    }

    @GetMapping("/runs/new")
    String askForNew(
            Actor actor,
            @RequestParam(defaultValue = "chatbot") String recipe,
            @RequestParam(required = false) @Nullable String dataset,
            @RequestParam(required = false) @Nullable UUID allocation,
            @RequestParam(required = false) @Nullable String base,
            Model model) {
        Recipe chosen = offered().stream()
                .filter(known -> known.slug().equals(recipe))
                .findFirst()
                .orElse(Recipe.CHATBOT);
        Wish form = new Wish(chosen, allocation, null, dataset, DEFAULT_MINUTES, null, null, base, null, null, null);
        return showNew(actor, form, Faults.NONE, model);
    }

    private static List<Recipe> offered() {
        return Arrays.stream(Recipe.values())
                .filter(known -> known != Recipe.SERVE)
                .toList();
    }

    @PostMapping("/runs/new")
    String submit(
            Actor actor,
            @Valid @ModelAttribute("form") Wish wish,
            BindingResult binding,
            @RequestParam(defaultValue = "start") String act,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Recipe recipe = wish.recipe() == null || wish.recipe() == Recipe.SERVE ? Recipe.CHATBOT : wish.recipe();
        Wish form = new Wish(
                recipe,
                wish.allocation(),
                wish.name(),
                wish.dataset(),
                wish.minutes(),
                wish.nodes(),
                wish.cores(),
                wish.base(),
                wish.command(),
                wish.continues(),
                wish.image());
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                if (act.equals("estimate")) {
                    model.addAttribute("estimated", placements.estimate(actor, form.request(), locale));
                    return showNew(actor, form, Faults.NONE, model);
                }
                return "redirect:/runs/" + runs.submit(actor, form.request()).id();
            } catch (Problem refused) {
                faults = Faults.of(refused);
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return showNew(actor, form, faults, model);
    }

    /** What the form would come to, while it is filled in; what is still missing or wrong is told there, too. */
    @PostMapping("/runs/estimate")
    String estimate(
            Actor actor, @Valid @ModelAttribute("form") Wish wish, BindingResult binding, Locale locale, Model model) {
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty() && wish.recipe() != null && wish.recipe() != Recipe.SERVE) {
            try {
                model.addAttribute("estimated", placements.estimate(actor, wish.request(), locale));
            } catch (Problem refused) {
                faults = Faults.of(refused);
            }
        }
        model.addAttribute("faults", faults);
        return "training/estimates :: live";
    }

    private String showNew(Actor actor, Wish form, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("recipes", offered());
        model.addAttribute("allocations", allocationChoices(actor));
        model.addAttribute(
                "severalNodes",
                usable(actor).stream()
                        .anyMatch(allocation ->
                                partitions.require(allocation.partition()).nodes() > 1));
        model.addAttribute("datasets", datasetChoices(actor, Objects.requireNonNull(form.recipe())));
        return "training/new";
    }

    private List<Allocation> usable(Actor actor) {
        return allocations.of(actor).stream()
                .filter(allocation -> allocation.state() == AllocationState.ACTIVE)
                .filter(allocation -> actor.mayChange(allocation.organisation()))
                .toList();
    }

    private Map<String, String> allocationChoices(Actor actor) {
        Map<String, String> choices = new LinkedHashMap<>();
        List<Allocation> usable = usable(actor);
        if (usable.size() > 1) {
            choices.put("", say("training.placement.anywhere"));
        }
        for (Allocation allocation : usable) {
            Partition partition = partitions.require(allocation.partition());
            String free = partition
                    .hours(
                            allocations.balance(allocation.id()).free(),
                            partition.kind().hours())
                    .setScale(1, java.math.RoundingMode.DOWN)
                    .toPlainString();
            choices.put(
                    allocation.id().toString(),
                    allocation.project() + " · " + partition.name() + " · "
                            + say("hours." + partition.kind().hours().slug(), free));
        }
        return choices;
    }

    /** A program may do without data. */
    private Map<String, String> datasetChoices(Actor actor, Recipe recipe) {
        Map<String, String> choices = new LinkedHashMap<>();
        if (recipe == Recipe.COMMAND) {
            choices.put("", "–");
        }
        for (DatasetVersion version : datasets.versions(actor)) {
            choices.put(
                    version.id().toString(),
                    version.dataset() + " · " + say("data.version.number", Integer.toString(version.number())));
        }
        return choices;
    }

    private String say(String key, String... words) {
        return messages.getMessage(key, words, LocaleContextHolder.getLocale());
    }

    @GetMapping("/runs/{id}")
    String show(Actor actor, @PathVariable UUID id, Locale locale, Model model) {
        Run run = runs.find(actor, new RunId(id));
        show(run, actor, locale, model);
        model.addAttribute("chart", charts.of(run));
        return "training/run";
    }

    /**
     * The part of the page that changes, which the page asks for again and again until the run has ended. What is drawn stays as it is: the
     * page's own script adds to it what is measured.
     */
    @GetMapping("/runs/{id}/live")
    String live(Actor actor, @PathVariable UUID id, Locale locale, Model model) {
        show(runs.find(actor, new RunId(id)), actor, locale, model);
        return "training/live :: live";
    }

    /** Why it is where it is and when it begins; asked for by itself, since other machines are asked for it. */
    @GetMapping("/runs/{id}/placement")
    String placement(
            Actor actor,
            @PathVariable UUID id,
            @RequestHeader(name = "HX-Request", defaultValue = "false") boolean part,
            Locale locale,
            Model model) {
        Run run = runs.find(actor, new RunId(id));
        model.addAttribute("run", views.view(run, locale));
        model.addAttribute("outlook", outlooks.of(actor, run));
        return part ? "training/placement :: part" : "training/placement";
    }

    private void show(Run run, Actor actor, Locale locale, Model model) {
        Map<String, Number> latest = charts.latest(run);
        model.addAttribute("run", views.view(run, locale));
        model.addAttribute("hasEnded", run.state().hasEnded());
        model.addAttribute("mayChange", actor.mayChange(run.organisation()));
        model.addAttribute("allocation", allocations.require(run.allocation()));
        model.addAttribute("learned", charts.learned(run, latest).orElse(null));
        model.addAttribute("latest", latest);
        model.addAttribute("samples", readings.latestSamples(run.id(), SAMPLES_ON_A_PAGE));
        Optional<JobLog> log = log(run);
        model.addAttribute("log", log.map(RunPages::tail).orElse(""));
        model.addAttribute("leftOut", log.map(JobLog::leftOut).orElse(0L));
        model.addAttribute("output", run.state().hasEnded() ? runs.output(run.id()) : List.of());
    }

    /** The end of it; empty where there is no log, or nobody can read it just now. */
    private Optional<JobLog> log(Run run) {
        if (run.started().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(runs.log(run.id(), -TAIL_BYTES, TAIL_BYTES));
        } catch (Problem unavailable) {
            return Optional.empty();
        }
    }

    /** Whatever a program has printed, a page can hold. */
    private static String tail(JobLog log) {
        return new String(log.bytes(), StandardCharsets.UTF_8)
                .codePoints()
                .map(character -> Character.isISOControl(character) && character != '\n' && character != '\t'
                        ? '\uFFFD'
                        : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @PostMapping("/runs/{id}/cancel")
    String cancel(Actor actor, @PathVariable UUID id, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            runs.cancel(actor, new RunId(id));
            Said.good(redirect, "runs.cancelling");
        });
        return "redirect:/runs/" + id;
    }

    @PostMapping("/runs/{id}/resume")
    String resume(Actor actor, @PathVariable UUID id, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            runs.resume(actor, new RunId(id), Map.of());
            Said.good(redirect, "runs.resumed");
        });
        return "redirect:/runs/" + id;
    }
}
