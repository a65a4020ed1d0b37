package org.aifactory.ledger;

import static org.aifactory.ledger.Refusal.ABOVE_ORIGINAL;
import static org.aifactory.ledger.Refusal.ACCOUNT_UNKNOWN;
import static org.aifactory.ledger.Refusal.CONFLICT;
import static org.aifactory.ledger.Refusal.ENTRY_UNKNOWN;
import static org.aifactory.ledger.Refusal.EXPIRY_PAST;
import static org.aifactory.ledger.Refusal.HOLD_EXPIRED;
import static org.aifactory.ledger.Refusal.HOLD_SETTLED;
import static org.aifactory.ledger.Refusal.HOLD_VOIDED;
import static org.aifactory.ledger.Refusal.NOT_ENOUGH;
import static org.aifactory.ledger.Refusal.UNIT_DIFFERS;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;
import org.jspecify.annotations.Nullable;

/**
 * The ledger again, as plainly as it can be said: no database, no threads, no speed. It remembers what was posted and works every
 * balance out anew. The real one is held against it.
 */
final class PlainLedger {
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final Map<EntryId, Posting> posted = new HashMap<>();
    private final Map<EntryId, Refusal> ended = new HashMap<>();

    void open(Account account) {
        accounts.put(account.id(), account);
    }

    /** Posts all or none; says why not. */
    Optional<Refusal> post(List<Posting> postings, Instant now) {
        Map<EntryId, Posting> postedBefore = Map.copyOf(posted);
        Map<EntryId, Refusal> endedBefore = Map.copyOf(ended);
        for (Posting posting : postings) {
            expire(now);
            Refusal refusal = post(posting, now);
            if (refusal != null) {
                posted.keySet().retainAll(postedBefore.keySet());
                ended.keySet().retainAll(endedBefore.keySet());
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }

    void expire(Instant now) {
        for (Posting posting : posted.values()) {
            if (posting instanceof Hold hold && !hold.expires().isAfter(now)) {
                ended.putIfAbsent(hold.id(), HOLD_EXPIRED);
            }
        }
    }

    private @Nullable Refusal post(Posting posting, Instant now) {
        if (posted.containsKey(posting.id())) {
            return posting.equals(posted.get(posting.id())) ? null : CONFLICT;
        }
        Refusal refusal = switch (posting) {
            case Transfer it -> first(it.from(), it.to(), it.amount(), now.plusSeconds(1), now);
            case Hold it -> first(it.from(), it.to(), it.amount(), it.expires(), now);
            case Settlement it -> end(it.hold(), it.amount());
            case Voiding it -> end(it.hold(), null);
            case Reversal it -> reversal(it);
        };
        if (refusal != null) {
            return refusal;
        }
        posted.put(posting.id(), posting);
        if (posting instanceof Settlement it) {
            ended.put(it.hold(), HOLD_SETTLED);
        } else if (posting instanceof Voiding it) {
            ended.put(it.hold(), HOLD_VOIDED);
        }
        return null;
    }

    private @Nullable Refusal first(AccountId from, AccountId to, Amount amount, Instant expires, Instant now) {
        Account giver = accounts.get(from);
        Account taker = accounts.get(to);
        if (giver == null || taker == null) {
            return ACCOUNT_UNKNOWN;
        }
        if (giver.unit() != amount.unit() || taker.unit() != amount.unit()) {
            return UNIT_DIFFERS;
        }
        if (!expires.isAfter(now)) {
            return EXPIRY_PAST;
        }
        return giver.mayOverdraw() || balance(from).free() >= amount.value() ? null : NOT_ENOUGH;
    }

    private @Nullable Refusal end(EntryId id, @Nullable Amount amount) {
        if (!(posted.get(id) instanceof Hold hold)) {
            return ENTRY_UNKNOWN;
        }
        if (amount != null && amount.unit() != hold.amount().unit()) {
            return UNIT_DIFFERS;
        }
        if (ended.containsKey(id)) {
            return ended.get(id);
        }
        return amount == null || amount.value() <= hold.amount().value() ? null : ABOVE_ORIGINAL;
    }

    private @Nullable Refusal reversal(Reversal reversal) {
        Gift gift = gift(reversal.of());
        if (gift == null) {
            return ENTRY_UNKNOWN;
        }
        if (gift.amount().unit() != reversal.amount().unit()) {
            return UNIT_DIFFERS;
        }
        if (reversal.amount().value() > gift.amount().value() - reversed(reversal.of())) {
            return ABOVE_ORIGINAL;
        }
        boolean there = account(gift.to()).mayOverdraw()
                || balance(gift.to()).free() >= reversal.amount().value();
        return there ? null : NOT_ENOUGH;
    }

    /** Who gave what to whom. */
    private record Gift(AccountId from, AccountId to, Amount amount) {}

    private @Nullable Gift gift(EntryId id) {
        return switch (posted.get(id)) {
            case Transfer it -> new Gift(it.from(), it.to(), it.amount());
            case Settlement it
            when posted.get(it.hold()) instanceof Hold hold -> new Gift(hold.from(), hold.to(), it.amount());
            case null, default -> null;
        };
    }

    private long reversed(EntryId id) {
        long sum = 0;
        for (Posting posting : posted.values()) {
            if (posting instanceof Reversal it && it.of().equals(id)) {
                sum += it.amount().value();
            }
        }
        return sum;
    }

    Balance balance(AccountId account) {
        long granted = 0;
        long held = 0;
        long spent = 0;
        for (Posting posting : posted.values()) {
            if (posting instanceof Hold it && it.from().equals(account) && !ended.containsKey(it.id())) {
                held += it.amount().value();
            }
            Gift gift = gift(posting.id());
            if (gift != null) {
                long left = gift.amount().value() - reversed(posting.id());
                granted += gift.to().equals(account) ? left : 0;
                spent += gift.from().equals(account) ? left : 0;
            }
        }
        return new Balance(account(account).unit(), granted, held, spent);
    }

    private Account account(AccountId id) {
        return Objects.requireNonNull(accounts.get(id));
    }
}
