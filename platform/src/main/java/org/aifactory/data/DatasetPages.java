package org.aifactory.data;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.data.Datasets.Description;
import org.aifactory.data.Storage.Room;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** The pages of datasets and their versions. */
@Controller
class DatasetPages {
    private static final int FILES_ON_A_PAGE = 200;

    private final Datasets datasets;
    private final Storage storage;
    private final MessageSource messages;

    DatasetPages(Datasets datasets, Storage storage, MessageSource messages) {
        this.datasets = datasets;
        this.storage = storage;
        this.messages = messages;
    }

    /** A line of the list; the newest version is null where there is none yet. */
    record Line(Dataset dataset, @Nullable DatasetVersion newest) {}

    /** How much of its room an organisation has taken. */
    record Taken(String organisation, Room room) {}

    @GetMapping("/data")
    String list(Actor actor, Model model) {
        Map<DatasetId, DatasetVersion> newest = datasets.versions(actor).stream()
                .collect(Collectors.toMap(
                        version -> version.id().dataset(),
                        version -> version,
                        (one, other) -> one.number() > other.number() ? one : other));
        model.addAttribute(
                "lines",
                datasets.of(actor).stream()
                        .map(dataset -> new Line(dataset, newest.get(dataset.id())))
                        .toList());
        model.addAttribute(
                "rooms",
                actor.memberships().stream()
                        .map(membership -> new Taken(membership.name(), storage.of(actor, membership.organisation())))
                        .toList());
        model.addAttribute("mayMake", !changeable(actor).isEmpty());
        model.addAttribute("organisations", names(actor));
        return "data/list";
    }

    /** @param languages codes between commas or blanks, as people write them */
    record Wish(
            @Nullable UUID organisation,
            @NotBlank @Size(max = 100) @Nullable String name,
            @Size(max = 5000) @Nullable String description,
            @NotBlank @Size(max = 200) @Nullable String licence,
            @Size(max = 200) @Nullable String languages) {

        Description words() {
            return new Description(
                    Objects.requireNonNull(name),
                    description == null ? "" : description,
                    Objects.requireNonNull(licence),
                    languages == null
                            ? List.of()
                            : Arrays.stream(languages.split("[\\s,;]+"))
                                    .filter(code -> !code.isEmpty())
                                    .toList());
        }
    }

    @GetMapping("/data/new")
    String askForNew(Actor actor, Model model) {
        return showNew(actor, new Wish(null, null, null, Licence.USUAL.getFirst(), null), Faults.NONE, model);
    }

    @PostMapping("/data/new")
    String make(
            Actor actor,
            @Valid @ModelAttribute("form") Wish form,
            BindingResult binding,
            HttpServletResponse response,
            Model model) {
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                OrganisationId organisation = Optional.ofNullable(form.organisation())
                        .map(OrganisationId::new)
                        .or(() -> changeable(actor).stream()
                                .map(Membership::organisation)
                                .findFirst())
                        .orElseThrow(() -> Problem.of(ProblemType.NOT_ALLOWED, "data.new.no-organisation"));
                Dataset made = datasets.make(actor, organisation, form.words());
                return "redirect:/data/" + made.id() + "/upload";
            } catch (Problem refused) {
                faults = faults(refused);
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return showNew(actor, form, faults, model);
    }

    private String showNew(Actor actor, Wish form, Faults faults, Model model) {
        Map<String, String> choices = new LinkedHashMap<>();
        changeable(actor)
                .forEach(membership -> choices.put(membership.organisation().toString(), membership.name()));
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("choices", choices);
        model.addAttribute("licences", Licence.USUAL);
        return "data/new";
    }

    @GetMapping("/data/{dataset}")
    String show(Actor actor, @PathVariable UUID dataset, Model model) {
        Dataset found = datasets.find(actor, new DatasetId(dataset));
        List<DatasetVersion> versions = datasets.versions(actor, found.id());
        model.addAttribute("dataset", found);
        model.addAttribute("versions", versions);
        model.addAttribute("languages", languages(found.languages()));
        model.addAttribute("organisation", names(actor).get(found.organisation()));
        model.addAttribute("mayChange", actor.mayChange(found.organisation()));
        return "data/dataset";
    }

    @GetMapping("/data/{dataset}/edit")
    String askForDescription(Actor actor, @PathVariable UUID dataset, Model model) {
        Dataset found = datasets.find(actor, new DatasetId(dataset));
        actor.requireMayChange(found.organisation(), "dataset", dataset);
        Wish form = new Wish(
                null, found.name(), found.description(), found.licence(), String.join(", ", found.languages()));
        return showEdit(found, form, Faults.NONE, model);
    }

    @PostMapping("/data/{dataset}/edit")
    String describe(
            Actor actor,
            @PathVariable UUID dataset,
            @Valid @ModelAttribute("form") Wish form,
            BindingResult binding,
            HttpServletResponse response,
            Model model) {
        Dataset before = datasets.find(actor, new DatasetId(dataset));
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                datasets.describe(actor, before.id(), form.words());
                return "redirect:/data/" + dataset;
            } catch (Problem refused) {
                faults = faults(refused);
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return showEdit(before, form, faults, model);
    }

    private static String showEdit(Dataset dataset, Wish form, Faults faults, Model model) {
        model.addAttribute("dataset", dataset);
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("licences", Licence.USUAL);
        return "data/edit";
    }

    @PostMapping("/data/{dataset}/remove")
    String remove(
            Actor actor,
            @PathVariable UUID dataset,
            @RequestParam(defaultValue = "") String confirm,
            RedirectAttributes redirect) {
        DatasetId id = new DatasetId(dataset);
        Dataset found = datasets.find(actor, id);
        try {
            datasets.remove(actor, id, confirm);
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            return "redirect:/data/" + dataset + "/edit";
        }
        Said.good(redirect, "data.removed", found.name());
        return "redirect:/data";
    }

    @GetMapping("/data/{dataset}/versions/{content}")
    String version(
            Actor actor,
            @PathVariable UUID dataset,
            @PathVariable @Pattern(regexp = Sha256.FORM) String content,
            @RequestParam(defaultValue = "") @Size(max = 1024) String after,
            Model model) {
        VersionId id = new VersionId(new DatasetId(dataset), new Sha256(content));
        DatasetVersion version = datasets.version(actor, id);
        List<ExaminedFile> files = datasets.files(id, after, FILES_ON_A_PAGE);
        String page = "/data/" + dataset + "/versions/" + content;
        model.addAttribute("version", version);
        model.addAttribute("files", files);
        model.addAttribute("api", "/api/datasets/" + dataset + "/versions/" + content);
        model.addAttribute("first", after.isEmpty() ? null : page);
        model.addAttribute(
                "next",
                files.size() < FILES_ON_A_PAGE
                        ? null
                        : UriComponentsBuilder.fromPath(page)
                                .queryParam("after", "{after}")
                                .build(files.getLast().file().path())
                                .toString());
        return "data/version";
    }

    private Faults faults(Problem refused) {
        return refused.type() == ProblemType.ALREADY_TAKEN
                ? Faults.at("name", say("data.new.taken"))
                : Faults.of(refused);
    }

    private static List<Membership> changeable(Actor actor) {
        return actor.memberships().stream()
                .filter(membership -> actor.mayChange(membership.organisation()))
                .toList();
    }

    private static Map<OrganisationId, String> names(Actor actor) {
        return actor.memberships().stream().collect(Collectors.toMap(Membership::organisation, Membership::name));
    }

    private static List<String> languages(List<String> codes) {
        Locale reader = LocaleContextHolder.getLocale();
        return codes.stream()
                .map(code -> Locale.of(code).getDisplayLanguage(reader))
                .toList();
    }

    private String say(String key) {
        return messages.getMessage(key, null, LocaleContextHolder.getLocale());
    }
}
