package org.aifactory.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.aifactory.ledger.Entry.Kind;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * The pages of the ledger that some postings touch, in memory while their accounts are locked. Here postings become entries or are
 * refused; nothing here reads or writes the database.
 */
final class Book {
    private final Instant now;
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final Map<AccountId, Balance> balances;
    private final Map<EntryId, Entry> entries = new HashMap<>();
    private final Map<EntryId, Kind> ends = new HashMap<>();
    private final Map<EntryId, Long> reversed = new HashMap<>();
    private final List<Entry> added = new ArrayList<>();

    /**
     * @param now the instant of everything that is posted
     * @param accounts every account that the postings name
     * @param balances those of them that the postings may change, locked
     */
    Book(Instant now, Collection<Account> accounts, Map<AccountId, Balance> balances) {
        this.now = now;
        this.balances = new HashMap<>(balances);
        accounts.forEach(account -> this.accounts.put(account.id(), account));
    }

    /** Takes in what is in the database: entries with the ids of postings, those that they concern, those that concern the same. */
    void remember(Collection<Entry> known) {
        known.forEach(this::remember);
    }

    /** What has been posted here and is not in the database yet, in order. */
    List<Entry> added() {
        return added;
    }

    /** Ends a hold whose time is over. */
    void expire(Entry hold) {
        entries.putIfAbsent(hold.id(), hold);
        EntryId id = new EntryId(UUID.nameUUIDFromBytes(("expiry of " + hold.id()).getBytes(StandardCharsets.UTF_8)));
        add(follow(hold, id, Kind.EXPIRY, hold.unit(), 0, -hold.held(), "The hold's time is over."));
    }

    /**
     * Posts all or none.
     *
     * @throws LedgerException when one of them is refused
     */
    List<Receipt> post(List<Posting> postings) {
        int before = added.size();
        try {
            return postings.stream().map(this::post).toList();
        } catch (LedgerException refused) {
            while (added.size() > before) {
                takeOut(added.getLast());
            }
            throw refused;
        }
    }

    private Receipt post(Posting posting) {
        Entry entry = draft(posting);
        Entry existing = entries.get(posting.id());
        if (existing != null) {
            if (entry == null || !existing.equals(entry.postedAt(existing.at()))) {
                throw new LedgerException(
                        Refusal.CONFLICT, "Another entry has the id " + posting.id() + "; nothing was posted.");
            }
            return new Receipt(existing.id(), existing.at(), true);
        }
        if (entry == null) {
            throw new LedgerException(
                    Refusal.ENTRY_UNKNOWN, "The entry that " + posting.id() + " refers to is not known.");
        }
        check(entry);
        add(entry);
        return new Receipt(entry.id(), entry.at(), false);
    }

    /** The entry that a posting asks for, not yet checked; null when what it refers to is not known. */
    private @Nullable Entry draft(Posting posting) {
        return switch (posting) {
            case Transfer(EntryId id, AccountId from, AccountId to, Amount amount, String reason) ->
                new Entry(id, Kind.TRANSFER, amount.unit(), from, to, amount.value(), 0, null, null, reason, now);
            case Hold(EntryId id, AccountId from, AccountId to, Amount amount, Instant expires, String reason) ->
                new Entry(id, Kind.HOLD, amount.unit(), from, to, 0, amount.value(), null, expires, reason, now);
            case Settlement(EntryId id, EntryId hold, Amount amount, String reason) -> {
                Entry held = entries.get(hold);
                yield held == null
                        ? null
                        : follow(held, id, Kind.SETTLEMENT, amount.unit(), amount.value(), -held.held(), reason);
            }
            case Voiding(EntryId id, EntryId hold, String reason) -> {
                Entry held = entries.get(hold);
                yield held == null ? null : follow(held, id, Kind.VOIDING, held.unit(), 0, -held.held(), reason);
            }
            case Reversal(EntryId id, EntryId of, Amount amount, String reason) -> {
                Entry given = entries.get(of);
                yield given == null
                        ? null
                        : follow(given, id, Kind.REVERSAL, amount.unit(), -amount.value(), 0, reason);
            }
        };
    }

    private Entry follow(Entry first, EntryId id, Kind kind, Unit unit, long moved, long held, String reason) {
        return new Entry(id, kind, unit, first.from(), first.to(), moved, held, first.id(), null, reason, now);
    }

    private void check(Entry entry) {
        switch (entry.kind()) {
            case TRANSFER, HOLD -> checkFirst(entry);
            case SETTLEMENT, VOIDING, EXPIRY -> checkEnd(entry, original(entry));
            case REVERSAL -> checkReversal(entry, original(entry));
        }
        checkBalances(entry);
    }

    private void checkFirst(Entry entry) {
        Account from = account(entry.from());
        Account to = account(entry.to());
        requireUnit(entry, from.unit());
        requireUnit(entry, to.unit());
        Instant expires = entry.expires();
        if (expires != null && !expires.isAfter(now)) {
            throw new LedgerException(Refusal.EXPIRY_PAST, "The hold would have expired at " + expires + " already.");
        }
    }

    private Entry original(Entry entry) {
        return Objects.requireNonNull(entries.get(entry.concerned()));
    }

    private Account account(AccountId id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new LedgerException(Refusal.ACCOUNT_UNKNOWN, "There is no account " + id + ".");
        }
        return account;
    }

    private static void requireUnit(Entry entry, Unit unit) {
        if (entry.unit() != unit) {
            throw new LedgerException(
                    Refusal.UNIT_DIFFERS,
                    "Here " + unit.words() + " are counted, not " + entry.unit().words() + ".");
        }
    }

    private void checkEnd(Entry end, Entry hold) {
        if (hold.kind() != Kind.HOLD) {
            throw new LedgerException(Refusal.ENTRY_UNKNOWN, "The entry " + hold.id() + " is not a hold.");
        }
        requireUnit(end, hold.unit());
        Kind ended = ends.get(hold.id());
        if (ended != null) {
            throw switch (ended) {
                case SETTLEMENT -> new LedgerException(Refusal.HOLD_SETTLED, "The hold " + hold.id() + " was settled.");
                case VOIDING -> new LedgerException(Refusal.HOLD_VOIDED, "The hold " + hold.id() + " was voided.");
                case EXPIRY -> new LedgerException(Refusal.HOLD_EXPIRED, "The hold " + hold.id() + " has expired.");
                case TRANSFER, HOLD, REVERSAL -> new IllegalStateException(ended + " ends no hold");
            };
        }
        if (end.moved() > hold.held()) {
            throw new LedgerException(
                    Refusal.ABOVE_ORIGINAL,
                    "The hold keeps " + hold.unit().count(hold.held()) + "; "
                            + hold.unit().count(end.moved()) + " cannot be settled from it.");
        }
    }

    private void checkReversal(Entry reversal, Entry given) {
        if (given.kind() != Kind.TRANSFER && given.kind() != Kind.SETTLEMENT) {
            throw new LedgerException(Refusal.ENTRY_UNKNOWN, "The entry " + given.id() + " gave nothing.");
        }
        requireUnit(reversal, given.unit());
        long left = given.moved() - reversed.getOrDefault(given.id(), 0L);
        if (-reversal.moved() > left) {
            throw new LedgerException(
                    Refusal.ABOVE_ORIGINAL,
                    "Of that entry " + given.unit().count(left) + " are left to reverse; "
                            + given.unit().count(-reversal.moved()) + " were asked.");
        }
    }

    /** Nobody gives what is not there: an account may end below zero only if it may be overdrawn, or was lower before. */
    private void checkBalances(Entry entry) {
        Balance giver = balance(entry.from());
        checkBalance(entry.from(), giver, giver.plus(0, entry.held(), entry.moved()));
        if (entry.moved() != 0) {
            Balance taker = balance(entry.to());
            checkBalance(entry.to(), taker, taker.plus(entry.moved(), 0, 0));
        }
    }

    private void checkBalance(AccountId id, Balance before, Balance after) {
        Account account = account(id);
        if (after.free() < 0 && after.free() < before.free() && !account.mayOverdraw()) {
            throw new LedgerException(
                    Refusal.NOT_ENOUGH,
                    account.name() + " has " + account.unit().count(before.free()) + " free; "
                            + account.unit().count(before.free() - after.free()) + " were asked.");
        }
        if (after.granted() > Amount.MOST || after.held() > Amount.MOST || after.spent() > Amount.MOST) {
            throw new LedgerException(Refusal.TOO_LARGE, account.name() + " would hold more than the ledger counts.");
        }
    }

    /** An account that nobody locked belongs to an entry that appeared meanwhile; the whole is to be read again. */
    private Balance balance(AccountId id) {
        Balance balance = balances.get(id);
        if (balance == null) {
            throw new ConcurrencyFailureException("Account " + id + " is not locked");
        }
        return balance;
    }

    private void add(Entry entry) {
        change(entry, 1);
        added.add(entry);
        remember(entry);
    }

    private void takeOut(Entry entry) {
        change(entry, -1);
        added.removeLast();
        entries.remove(entry.id());
        if (entry.kind().endsHold()) {
            ends.remove(entry.concerned());
        } else if (entry.kind() == Kind.REVERSAL) {
            reversed.merge(entry.concerned(), entry.moved(), Long::sum);
        }
    }

    private void change(Entry entry, int sign) {
        balances.put(entry.from(), balance(entry.from()).plus(0, sign * entry.held(), sign * entry.moved()));
        if (entry.moved() != 0) {
            balances.put(entry.to(), balance(entry.to()).plus(sign * entry.moved(), 0, 0));
        }
    }

    /** What is known already is not counted again: a repeat may concern the same entry as others do. */
    private void remember(Entry entry) {
        if (entries.put(entry.id(), entry) != null) {
            return;
        }
        if (entry.kind().endsHold()) {
            ends.put(entry.concerned(), entry.kind());
        } else if (entry.kind() == Kind.REVERSAL) {
            reversed.merge(entry.concerned(), -entry.moved(), Long::sum);
        }
    }
}
