package org.aifactory.access;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AccessViews.ApplicationView;
import org.aifactory.access.AccessViews.ProfileView;
import org.aifactory.access.Applications.Sent;
import org.aifactory.access.PolicyViews.ModeView;
import org.aifactory.access.PolicyViews.ModesView;
import org.aifactory.federation.HourUnit;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Piece;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Access modes, profiles and applications over HTTP. */
@RestController
class AccessApi {
    private final Modes modes;
    private final Profiles profiles;
    private final Applications applications;
    private final Decisions decisions;
    private final AccessViews views;
    private final PolicyViews policyViews;

    AccessApi(
            Modes modes,
            Profiles profiles,
            Applications applications,
            Decisions decisions,
            AccessViews views,
            PolicyViews policyViews) {
        this.modes = modes;
        this.profiles = profiles;
        this.applications = applications;
        this.decisions = decisions;
        this.views = views;
        this.policyViews = policyViews;
    }

    @Operation(
            summary =
                    "The access modes: who may apply for how much and how long, who decides and how soon; each figure with its sources")
    @GetMapping("/api/access/modes")
    ModesView modes() {
        return policyViews.modes();
    }

    /** @param partition its slug or id; left out, everywhere */
    record Openness(
            @NotNull Boolean open,
            @Nullable @Size(max = 100) String partition,
            @Nullable @Size(max = 500) String reason) {}

    @Operation(summary = "Open or close an access mode (the programme office; on one partition also its operator)")
    @PutMapping("/api/access/modes/{slug}/open")
    ModeView setOpen(Actor actor, @PathVariable String slug, @Valid @RequestBody Openness wish) {
        String reason = wish.reason() == null ? "" : wish.reason().strip();
        modes.setOpen(
                actor,
                slug,
                wish.open(),
                Optional.ofNullable(wish.partition()),
                PlainText.required("reason", reason, wish.open()));
        return policyViews.mode(slug);
    }

    @Operation(summary = "What an organisation says of itself, with the questions and why they are asked")
    @GetMapping("/api/organisations/{organisation}/profile")
    ProfileView profile(Actor actor, @PathVariable UUID organisation) {
        return views.profile(profiles.find(actor, new OrganisationId(organisation)));
    }

    record NewProfile(@NotNull @Size(max = 100) Map<String, Object> answers) {}

    @Operation(summary = "Save what an organisation says of itself; answers that are left out are taken away")
    @PutMapping("/api/organisations/{organisation}/profile")
    ProfileView saveProfile(Actor actor, @PathVariable UUID organisation, @Valid @RequestBody NewProfile wish) {
        OrganisationId id = new OrganisationId(organisation);
        profiles.save(actor, id, wish.answers());
        return views.profile(profiles.find(actor, id));
    }

    @Operation(
            summary =
                    "What would become of an application: what is missing, which modes fit and why not, what the pool has. Nothing is recorded")
    @PostMapping("/api/applications/check")
    Check check(Actor actor, @Valid @RequestBody Wish wish) {
        return applications.check(actor, wish);
    }

    @Operation(
            summary =
                    "Apply for time on a partition; what needs no person is decided in the answer. 200 instead of 201 says that it was sent before")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/applications")
    ResponseEntity<ApplicationView> apply(Actor actor, @Valid @RequestBody Wish wish) {
        Sent sent = applications.send(actor, wish);
        ApplicationView view = views.application(actor, sent.application());
        URI place = URI.create("/api/applications/" + sent.application().id());
        return sent.isNew()
                ? ResponseEntity.created(place).body(view)
                : ResponseEntity.ok().location(place).body(view);
    }

    @Operation(
            summary =
                    "The applications of your organisations, the newest first; waiting=true: those that wait for your decision")
    @GetMapping("/api/applications")
    List<ApplicationView> applications(
            Actor actor,
            @RequestParam(defaultValue = "false") boolean waiting,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        List<Application> found = waiting ? decisions.waitingFor(actor) : applications.of(actor, Integer.MAX_VALUE);
        return Piece.of(found, Application::id, after, most).stream()
                .map(application -> views.application(actor, application))
                .toList();
    }

    @Operation(summary = "An application: where it stands, its clock, the decision")
    @GetMapping("/api/applications/{application}")
    ApplicationView application(Actor actor, @PathVariable UUID application) {
        return views.application(actor, applications.find(actor, new ApplicationId(application)));
    }

    enum Verdict {
        GRANT,
        REFUSE
    }

    /**
     * @param hours at most what was asked for; left out, all of it
     * @param months left out, as long as was asked for
     * @param reason the applicant reads it
     */
    record NewDecision(
            @NotNull Verdict decision,
            @Nullable BigDecimal hours,
            @Nullable HourUnit unit,
            @Nullable Integer months,
            @NotBlank @Size(max = 5000) String reason) {}

    @Operation(summary = "Grant or refuse an application (a reviewer, or whoever operates the partition)")
    @PostMapping("/api/applications/{application}/decision")
    ApplicationView decide(Actor actor, @PathVariable UUID application, @Valid @RequestBody NewDecision wish) {
        return views.application(
                actor,
                decisions.decide(
                        actor,
                        new ApplicationId(application),
                        wish.decision() == Verdict.GRANT,
                        Optional.ofNullable(wish.hours()),
                        Optional.ofNullable(wish.unit()),
                        Optional.ofNullable(wish.months()),
                        wish.reason()));
    }

    @Operation(summary = "Take back an application that is not decided yet")
    @PostMapping("/api/applications/{application}/withdraw")
    ApplicationView withdraw(Actor actor, @PathVariable UUID application) {
        return views.application(actor, applications.withdraw(actor, new ApplicationId(application)));
    }
}
