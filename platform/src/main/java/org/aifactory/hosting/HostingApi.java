package org.aifactory.hosting;

import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.Factory;
import org.aifactory.hosting.EuropeMap.Site;
import org.aifactory.hosting.HostingForms.AgreementForm;
import org.aifactory.hosting.HostingForms.FactoryForm;
import org.aifactory.hosting.HostingForms.MilestoneForm;
import org.aifactory.hosting.HostingForms.PlaceForm;
import org.aifactory.hosting.HostingForms.TakingBackForm;
import org.aifactory.hosting.HostingViews.HostingView;
import org.aifactory.hosting.HostingViews.ShareView;
import org.aifactory.identity.Actor;
import org.aifactory.programme.ProposalId;
import org.aifactory.programme.SelectedProposal;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** From selection to factory over HTTP. Reading is open to everybody. */
@RestController
class HostingApi {
    private final Hostings hostings;
    private final HostingViews views;
    private final EuropeMap map;

    HostingApi(Hostings hostings, HostingViews views, EuropeMap map) {
        this.hostings = hostings;
        this.views = views;
        this.map = map;
    }

    @Operation(
            summary =
                    "Who shares a factory of the programme and since when, its milestones planned and real, and its money",
            description =
                    "What was never published is null. A change names the version that was read; where somebody else was faster, it is refused.")
    @GetMapping("/api/factories/{slug}/hosting")
    HostingView hosting(@PathVariable String slug) {
        return views.view(slug);
    }

    @Operation(summary = "Who shares a factory on a day (today, where none is named); the parts are exact fractions")
    @GetMapping("/api/factories/{slug}/consortium")
    List<ShareView> consortium(
            @PathVariable String slug,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @Nullable LocalDate on) {
        return views.shares(slug, on == null ? hostings.today() : on);
    }

    @Operation(summary = "Where the factories of the programme stand, and which countries take part in each")
    @GetMapping("/api/programme/factories")
    List<Site> factories() {
        return map.sites();
    }

    record Waiting(
            ProposalId proposal,
            String title,
            String call,
            Message callTitle,
            String host,
            String city,
            String country,
            LocalDate decided) {
        static Waiting of(SelectedProposal one) {
            return new Waiting(
                    one.id(),
                    one.title(),
                    one.call(),
                    one.callTitle(),
                    one.host(),
                    one.city(),
                    one.country(),
                    one.decided());
        }
    }

    @Operation(summary = "What was selected and is no factory yet (the programme office)")
    @GetMapping("/api/hosting/waiting")
    List<Waiting> waiting(Actor actor) {
        return hostings.waiting(actor).stream().map(Waiting::of).toList();
    }

    @Operation(
            summary =
                    "Make a factory of a selected proposal (the programme office): {factory} for one that is there, {slug, name} for a new one")
    @PostMapping("/api/proposals/{proposal}/factory")
    ResponseEntity<HostingView> establish(Actor actor, @PathVariable UUID proposal, @RequestBody FactoryForm form) {
        Factory factory = hostings.establish(actor, new ProposalId(proposal), form);
        return ResponseEntity.created(URI.create("/api/factories/" + factory.slug() + "/hosting"))
                .body(views.view(factory.slug()));
    }

    @Operation(
            summary =
                    "Agree other shares from a day to come on (the programme office); who takes part is who has a share, and all that was until then stays",
            description =
                    "The parts must add up to the whole exactly, one country is the HOST, and the Union has at most what the rates of the call allow.")
    @PostMapping("/api/factories/{slug}/agreements")
    HostingView agree(Actor actor, @PathVariable String slug, @RequestBody AgreementForm form) {
        hostings.agree(actor, slug, form);
        return views.view(slug);
    }

    @Operation(summary = "Take back what was agreed for a day that has not begun (the programme office)")
    @PostMapping("/api/factories/{slug}/agreements/take-back")
    HostingView takeBack(Actor actor, @PathVariable String slug, @RequestBody TakingBackForm form) {
        hostings.takeBack(actor, slug, form);
        return views.view(slug);
    }

    @Operation(
            summary =
                    "Set the dates of a milestone, planned and real (the programme office, and all but the agreement those who operate the factory)")
    @PutMapping("/api/factories/{slug}/milestones/{step}")
    HostingView tell(
            Actor actor, @PathVariable String slug, @PathVariable String step, @RequestBody MilestoneForm form) {
        hostings.tell(actor, slug, step(step).orElseThrow(() -> Problem.notFound("milestone", step)), form);
        return views.view(slug);
    }

    @Operation(summary = "Say where a factory stands, for the map (the programme office)")
    @PutMapping("/api/factories/{slug}/place")
    HostingView place(Actor actor, @PathVariable String slug, @RequestBody PlaceForm form) {
        hostings.place(actor, slug, form);
        return views.view(slug);
    }

    /** By its name in addresses. */
    static Optional<Step> step(String slug) {
        for (Step step : Step.values()) {
            if (step.name().equals(slug.toUpperCase(Locale.ROOT))) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }
}
