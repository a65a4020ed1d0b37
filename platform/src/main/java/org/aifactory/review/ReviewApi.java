package org.aifactory.review;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Panels.Assigned;
import org.aifactory.review.Panels.Decision;
import org.aifactory.review.Promotions.Promoted;
import org.aifactory.review.ReviewViews.AssignmentView;
import org.aifactory.review.ReviewViews.BoardView;
import org.aifactory.review.Reviewers.Declaration;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Judging over HTTP: for reviewers what is theirs, for the programme office the board. */
@RestController
class ReviewApi {
    private final Reviewers reviewers;
    private final Assignments assignments;
    private final Panels panels;
    private final Promotions promotions;
    private final ReviewViews views;

    ReviewApi(Reviewers reviewers, Assignments assignments, Panels panels, Promotions promotions, ReviewViews views) {
        this.promotions = promotions;
        this.reviewers = reviewers;
        this.assignments = assignments;
        this.panels = panels;
        this.views = views;
    }

    /** @param load how many papers they have now */
    record ReviewerView(String country, List<String> topics, int most, int load, List<Declaration> declared) {}

    @Operation(summary = "What you said of yourself as a reviewer, and what you declared")
    @GetMapping("/api/review/profile")
    ReviewerView profile(Actor actor) {
        return view(actor, reviewers.require(actor));
    }

    /**
     * What a reviewer says of themselves.
     *
     * @param country in which they live; ISO 3166-1 alpha-2
     * @param most papers at a time
     */
    record NewProfile(
            @NotNull @Size(max = 2) String country,
            @NotNull @Size(max = 50) List<@NotNull String> topics,
            @NotNull Integer most) {}

    @Operation(summary = "Say as a reviewer where you live, what you know of, and how many papers you take")
    @PutMapping("/api/review/profile")
    ReviewerView save(Actor actor, @Valid @RequestBody NewProfile wish) {
        return view(actor, reviewers.save(actor, wish.country(), wish.topics(), wish.most()));
    }

    private ReviewerView view(Actor actor, Reviewer reviewer) {
        return new ReviewerView(
                reviewer.country(),
                reviewer.topics().stream().sorted().toList(),
                reviewer.most(),
                reviewer.load(),
                reviewers.declarations(actor));
    }

    /** One of the two: an organisation, or a country. */
    record NewConflict(
            @Nullable UUID organisation,
            @Nullable String country,
            @NotNull String reason) {}

    @Operation(summary = "Declare an organisation or a country about which you cannot judge freely")
    @PostMapping("/api/review/conflicts")
    ReviewerView declare(Actor actor, @Valid @RequestBody NewConflict wish) {
        reviewers.declare(
                actor,
                wish.organisation() == null ? null : new OrganisationId(wish.organisation()),
                wish.country(),
                wish.reason());
        return view(actor, reviewers.require(actor));
    }

    @Operation(summary = "What you have to judge, what is still to be done first")
    @GetMapping("/api/review/assignments")
    List<AssignmentView> assignments(Actor actor) {
        return assignments.of(actor).stream().map(views::view).toList();
    }

    @Operation(summary = "One of your assignments with its criteria; its paper can be read under /api/proposals")
    @GetMapping("/api/review/assignments/{assignment}")
    AssignmentView assignment(Actor actor, @PathVariable UUID assignment) {
        return views.view(assignments.find(actor, new AssignmentId(assignment)));
    }

    /**
     * Scores, and a comment on each.
     *
     * @param version that was read
     * @param handIn whether they are final
     */
    record NewScores(
            @NotNull Integer version,
            @NotNull @Size(max = 200) Map<String, @NotNull BigDecimal> scores,
            @NotNull @Size(max = 200) Map<String, @NotNull String> comments,
            @JsonSetter(nulls = Nulls.AS_EMPTY) boolean handIn) {}

    @Operation(summary = "Save your scores, or hand them in: then all are there, each with a comment, and they stay")
    @PutMapping("/api/review/assignments/{assignment}")
    AssignmentView score(Actor actor, @PathVariable UUID assignment, @Valid @RequestBody NewScores wish) {
        return views.view(assignments.score(
                actor, new AssignmentId(assignment), wish.version(), wish.scores(), wish.comments(), wish.handIn()));
    }

    record Reason(@NotNull String reason) {}

    @Operation(summary = "Give an assignment back, for a conflict or for want of time")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @PostMapping("/api/review/assignments/{assignment}/decline")
    void decline(Actor actor, @PathVariable UUID assignment, @Valid @RequestBody Reason wish) {
        assignments.decline(actor, new AssignmentId(assignment), wish.reason());
    }

    @Operation(
            summary =
                    "The board of a panel (the programme office): reviewers, scores and their spread, consensus, and what a budget would pay for")
    @GetMapping("/api/panels/{panel}")
    BoardView board(Actor actor, @PathVariable UUID panel, @RequestParam(defaultValue = "0") long budgetCents) {
        Reviewers.requireOfficer(actor);
        if (budgetCents < 0) {
            throw Problem.invalid("budgetCents", "review.fault.budget");
        }
        return views.board(panels.require(new PanelId(panel)), budgetCents);
    }

    @Operation(
            summary =
                    "Assign reviewers to all papers that have too few; what could not be assigned is told with the reason")
    @PostMapping("/api/panels/{panel}/assign")
    Assigned assign(Actor actor, @PathVariable UUID panel) {
        return panels.assign(actor, new PanelId(panel));
    }

    record Seat(@NotNull UUID person) {}

    @Operation(summary = "Assign a reviewer by hand; a conflict cannot be overruled")
    @PostMapping("/api/panels/{panel}/papers/{paper}/reviewers")
    BoardView assignByHand(
            Actor actor, @PathVariable UUID panel, @PathVariable UUID paper, @Valid @RequestBody Seat wish) {
        panels.assignByHand(actor, new PanelId(panel), paper, new PersonId(wish.person()));
        return views.board(panels.require(new PanelId(panel)), 0);
    }

    @Operation(summary = "Take an assignment back that was not handed in")
    @DeleteMapping("/api/panels/{panel}/reviewers/{assignment}")
    BoardView unassign(
            Actor actor, @PathVariable UUID panel, @PathVariable UUID assignment, @RequestParam String reason) {
        panels.unassign(actor, new PanelId(panel), new AssignmentId(assignment), reason);
        return views.board(panels.require(new PanelId(panel)), 0);
    }

    /** @param version that was read; 0 where there is none */
    record NewConsensus(
            @NotNull Integer version,
            @NotNull @Size(max = 200) Map<String, @NotNull BigDecimal> scores,
            @NotNull String comment) {}

    @Operation(summary = "Record what the reviewers of a paper agree on")
    @PutMapping("/api/panels/{panel}/papers/{paper}/consensus")
    BoardView agree(
            Actor actor, @PathVariable UUID panel, @PathVariable UUID paper, @Valid @RequestBody NewConsensus wish) {
        panels.agree(actor, new PanelId(panel), paper, wish.version(), wish.scores(), wish.comment());
        return views.board(panels.require(new PanelId(panel)), 0);
    }

    @Operation(
            summary =
                    "A decision by its number, calculated again from what was kept with it: holds says whether the same comes out to the digit")
    @GetMapping("/api/decisions/{decision}")
    Decision decision(Actor actor, @PathVariable long decision) {
        return panels.decision(actor, decision);
    }

    @Operation(
            summary =
                    "Who took a place of a reserve list under this number, worked out again from what was kept with it (the programme office)")
    @GetMapping("/api/promotions/{decision}")
    Promoted promotion(Actor actor, @PathVariable long decision) {
        return promotions.require(actor, decision);
    }
}
