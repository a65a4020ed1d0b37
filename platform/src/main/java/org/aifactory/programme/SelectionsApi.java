package org.aifactory.programme;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.programme.ProposalViews.ProposalView;
import org.aifactory.programme.Selections.CutOff;
import org.aifactory.review.Appeals;
import org.aifactory.review.Appeals.Appeal;
import org.aifactory.review.PanelId;
import org.aifactory.review.Panels.Decision;
import org.aifactory.review.Promotions.Promoted;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Panels, decisions and appeals of calls over HTTP. */
@RestController
class SelectionsApi {
    private final Selections selections;
    private final ReserveList reserve;
    private final Appeals appeals;
    private final Proposals proposals;
    private final ProposalViews views;

    SelectionsApi(
            Selections selections, ReserveList reserve, Appeals appeals, Proposals proposals, ProposalViews views) {
        this.selections = selections;
        this.reserve = reserve;
        this.appeals = appeals;
        this.proposals = proposals;
        this.views = views;
    }

    @Operation(summary = "The cut-offs of a call, how much came in for each, and its panel (the programme office)")
    @GetMapping("/api/calls/{call}/cut-offs")
    List<CutOff> cutOffs(Actor actor, @PathVariable String call) {
        return selections.cutOffs(actor, call);
    }

    record NewPanel(@NotNull Instant cutOff) {}

    record Opened(PanelId panel) {}

    @Operation(
            summary =
                    "Open the panel of a cut-off that is over (the programme office); again, it answers the same panel")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/calls/{call}/panels")
    Opened open(Actor actor, @PathVariable String call, @Valid @RequestBody NewPanel wish) {
        return new Opened(selections.open(actor, call, wish.cutOff()));
    }

    /** @param budgetCents at most what the call has left; euro cents */
    record NewDecision(@NotNull Long budgetCents, @NotNull String reason) {}

    @Operation(
            summary =
                    "Decide a panel for good (the programme office): under a number, with the money committed and the letters written")
    @PostMapping("/api/calls/{call}/panels/{panel}/decision")
    Decision decide(
            Actor actor, @PathVariable String call, @PathVariable UUID panel, @Valid @RequestBody NewDecision wish) {
        return selections.decide(actor, call, new PanelId(panel), wish.budgetCents(), wish.reason());
    }

    /**
     * @param proposal who is next, as far as the officer knows
     * @param budgetCents at most what the call has left; euro cents
     */
    record NewPromotion(
            @NotNull UUID proposal,
            @NotNull Long budgetCents,
            @NotNull String reason) {}

    @Operation(
            summary =
                    "Give a place that came free to the next of the reserve list (the programme office): a decision of its own, with the money committed",
            description =
                    "Names the proposal that is next, and is refused where another is; for one that was promoted already it answers the same decision again.")
    @PostMapping("/api/calls/{call}/panels/{panel}/promotion")
    Promoted promote(
            Actor actor, @PathVariable String call, @PathVariable UUID panel, @Valid @RequestBody NewPromotion wish) {
        return reserve.promote(
                actor, call, new PanelId(panel), new ProposalId(wish.proposal()), wish.budgetCents(), wish.reason());
    }

    record NewAppeal(@NotNull String text) {}

    @Operation(summary = "Appeal against the decision on your proposal, while there is time")
    @PostMapping("/api/proposals/{proposal}/appeal")
    ProposalView appeal(Actor actor, @PathVariable UUID proposal, @Valid @RequestBody NewAppeal wish) {
        ProposalId id = new ProposalId(proposal);
        selections.appeal(actor, id, wish.text());
        return views.view(actor, proposals.find(actor, id));
    }

    @Operation(summary = "The appeals that wait for an answer, the most urgent first (the programme office)")
    @GetMapping("/api/appeals")
    List<Appeal> appeals(Actor actor) {
        Calls.requireOfficer(actor);
        return appeals.waiting();
    }

    record NewAnswer(@NotNull Boolean upheld, @NotNull String answer) {}

    @Operation(summary = "Answer an appeal, once and for all (the programme office)")
    @PostMapping("/api/appeals/{appeal}/answer")
    Appeal answer(Actor actor, @PathVariable UUID appeal, @Valid @RequestBody NewAnswer wish) {
        return appeals.answer(actor, appeal, wish.upheld(), wish.answer());
    }
}
