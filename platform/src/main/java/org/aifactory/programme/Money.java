package org.aifactory.programme;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Entry;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.StatementLine;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/** The programme's money in the ledger, in euro cents. What the Union and the states have is outside of it, so they may give without end. */
@Component
class Money {
    private static final int MOST_ENTRIES = 10_000;

    private final Ledger ledger;

    Money(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Who pays. */
    enum Funder {
        UNION("The Union"),
        STATES("Participating states");

        private final String title;

        Funder(String title) {
            this.title = title;
        }

        private AccountId account() {
            return new AccountId(named("programme funder " + name()));
        }
    }

    AccountId open(String name) {
        AccountId account = new AccountId(UUID.randomUUID());
        ledger.open(new Account(account, Unit.EUR_CENT, name, false));
        return account;
    }

    Balance balance(AccountId account) {
        return ledger.balance(account);
    }

    /** What a funder gives to an account. */
    Posting from(Funder funder, AccountId to, long cents, String reason) {
        AccountId outside = funder.account();
        ledger.open(new Account(outside, Unit.EUR_CENT, funder.title, true));
        return transfer(outside, to, cents, reason);
    }

    Posting transfer(AccountId from, AccountId to, long cents, String reason) {
        return new Transfer(new EntryId(UUID.randomUUID()), from, to, new Amount(cents, Unit.EUR_CENT), reason);
    }

    /** What takes back all that an account was given and still counts. */
    List<Posting> reversals(AccountId account, String reason) {
        return giveBack(account, Long.MAX_VALUE, reason);
    }

    /** What takes back so much of what an account was given, or all where that is less; each part goes where it came from. */
    List<Posting> giveBack(AccountId account, long cents, String reason) {
        List<Entry> entries = ledger.statement(account, 0, MOST_ENTRIES).stream()
                .map(StatementLine::entry)
                .filter(entry -> entry.to().equals(account))
                .toList();
        Map<EntryId, Long> counts = new LinkedHashMap<>();
        for (Entry entry : entries) {
            EntryId of = entry.concerns() == null ? entry.id() : entry.concerns();
            counts.merge(of, entry.moved(), Math::addExact);
        }
        List<Posting> back = new ArrayList<>();
        long left = cents;
        for (Map.Entry<EntryId, Long> given : counts.entrySet()) {
            long some = Math.min(left, given.getValue());
            if (some > 0) {
                back.add(new Reversal(
                        new EntryId(UUID.randomUUID()), given.getKey(), new Amount(some, Unit.EUR_CENT), reason));
                left -= some;
            }
        }
        return back;
    }

    /** @throws Problem where there is not enough */
    void post(List<Posting> postings) {
        try {
            ledger.post(postings);
        } catch (LedgerException refused) {
            throw Problem.of(
                    ProblemType.NOT_ENOUGH_LEFT,
                    "ledger.refusal." + refused.refusal().slug());
        }
    }

    private static UUID named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
