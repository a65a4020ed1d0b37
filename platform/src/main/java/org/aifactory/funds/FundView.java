package org.aifactory.funds;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.facts.Mark;
import org.aifactory.funds.Funds.Known;
import org.aifactory.web.Message;

/** A fund as programs read it, in euro cents. */
record FundView(
        String slug,
        Message name,
        String country,
        String manager,
        Nature nature,
        LocalDate announced,
        Mark mark,
        List<String> sources,
        Message note,
        Optional<String> initiative,
        FundMoney money,
        List<Target> targets,
        List<Movement> movements) {

    static FundView of(Known known) {
        Fund fund = known.fund();
        return new FundView(
                fund.slug(),
                fund.name(),
                fund.country(),
                fund.manager(),
                fund.nature(),
                fund.announced(),
                fund.mark(),
                fund.sources(),
                fund.note(),
                fund.initiative(),
                known.money(),
                known.targets(),
                known.movements());
    }
}
