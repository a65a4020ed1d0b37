package org.aifactory.funds;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.facts.Mark;
import org.aifactory.ledger.AccountId;
import org.aifactory.web.Message;

/**
 * A fund, in euros.
 *
 * @param country ISO 3166-1 alpha-2
 * @param manager who manages it, or has advised to have it
 * @param initiative the slug of what the observatory knows of its announcement
 * @param accounts nothing ever moves on those of a fund that is not there
 */
record Fund(
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
        Accounts accounts) {

    /**
     * Where the fund's money is. Commitments come from outside; each goes on from account to account, and none can give what it has not.
     *
     * @param outside the only one that may be overdrawn
     */
    record Accounts(
            AccountId outside, AccountId publicMoney, AccountId privateMoney, AccountId cash, AccountId invested) {

        AccountId committed(Payer payer) {
            return switch (payer) {
                case PUBLIC -> publicMoney;
                case PRIVATE -> privateMoney;
            };
        }
    }
}
