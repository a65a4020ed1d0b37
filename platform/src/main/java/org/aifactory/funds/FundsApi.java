package org.aifactory.funds;

import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.aifactory.funds.FundForms.ClosingForm;
import org.aifactory.funds.FundForms.DrawdownForm;
import org.aifactory.funds.FundForms.FundForm;
import org.aifactory.funds.FundForms.InvestmentForm;
import org.aifactory.funds.FundForms.TakingBackForm;
import org.aifactory.identity.Actor;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Public-private funds over HTTP. Reading is open to everybody; programme officers book. */
@RestController
class FundsApi {
    private final Funds funds;

    FundsApi(Funds funds) {
        this.funds = funds;
    }

    @Operation(
            summary =
                    "Public-private funds: committed, expected and recommended apart, what is drawn, invested and left",
            description =
                    "In euro cents. Committed money is booked in the ledger; expected and recommended money is only told. There is no sum.")
    @GetMapping("/api/funds")
    List<FundView> funds() {
        return funds.all().stream().map(FundView::of).toList();
    }

    @Operation(summary = "A fund with its commitments, closings, drawdowns and investments")
    @GetMapping("/api/funds/{fund}")
    FundView fund(@PathVariable String fund) {
        return FundView.of(funds.known(fund));
    }

    @Operation(summary = "Add a fund (programme officers)")
    @PostMapping("/api/funds")
    ResponseEntity<FundView> add(Actor actor, @RequestBody FundForm form) {
        FundView added = FundView.of(funds.add(actor, form));
        return ResponseEntity.created(URI.create("/api/funds/" + added.slug())).body(added);
    }

    @Operation(summary = "Book the commitments of a closing, all or none; with the same key again it changes nothing")
    @PostMapping("/api/funds/{fund}/closings")
    FundView close(Actor actor, @PathVariable String fund, @RequestBody ClosingForm form) {
        return FundView.of(funds.close(actor, fund, form));
    }

    @Operation(summary = "Book what investors of one kind have paid of what they committed")
    @PostMapping("/api/funds/{fund}/drawdowns")
    FundView draw(Actor actor, @PathVariable String fund, @RequestBody DrawdownForm form) {
        return FundView.of(funds.draw(actor, fund, form));
    }

    @Operation(summary = "Book an investment in a start-up, from what is drawn")
    @PostMapping("/api/funds/{fund}/investments")
    FundView invest(Actor actor, @PathVariable String fund, @RequestBody InvestmentForm form) {
        return FundView.of(funds.invest(actor, fund, form));
    }

    @Operation(summary = "Take back all of a movement that was wrong, while what it brought is not used")
    @PostMapping("/api/funds/{fund}/movements/{movement}/take-back")
    FundView takeBack(
            Actor actor, @PathVariable String fund, @PathVariable UUID movement, @RequestBody TakingBackForm form) {
        return FundView.of(funds.takeBack(actor, fund, movement, form));
    }
}
