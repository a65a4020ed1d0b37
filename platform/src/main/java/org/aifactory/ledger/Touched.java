package org.aifactory.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;

/** The entries and accounts that some postings touch, found before any account is locked. Entries never change, so this stays true. */
final class Touched {
    private final Map<EntryId, Posting> postings = new HashMap<>();
    private final Set<EntryId> concerned = new HashSet<>();
    private final Map<EntryId, Entry> originals = new HashMap<>();
    private final Set<AccountId> changed = new HashSet<>();
    private final Set<AccountId> named = new HashSet<>();

    /** @param find looks entries up in the database */
    Touched(List<Posting> postings, Function<Collection<EntryId>, List<Entry>> find) {
        for (Posting posting : postings) {
            this.postings.put(posting.id(), posting);
            switch (posting) {
                case Settlement settlement -> concerned.add(settlement.hold());
                case Voiding voiding -> concerned.add(voiding.hold());
                case Reversal reversal -> concerned.add(reversal.of());
                case Transfer _, Hold _ -> {}
            }
        }
        find.apply(concerned).forEach(entry -> originals.put(entry.id(), entry));
        postings.forEach(this::collectAccounts);
        named.addAll(changed);
    }

    /** The ids of the postings. */
    Set<EntryId> ids() {
        return postings.keySet();
    }

    /** The ids of what they end or reverse. */
    Set<EntryId> concerned() {
        return concerned;
    }

    /** Of those, what is in the database. */
    Collection<Entry> originals() {
        return originals.values();
    }

    /** The accounts whose balance they may change. */
    Set<AccountId> changed() {
        return changed;
    }

    /** The accounts that they name, directly or by what they end or reverse. */
    Set<AccountId> named() {
        return named;
    }

    private void collectAccounts(Posting posting) {
        switch (posting) {
            case Transfer transfer -> {
                changed.add(transfer.from());
                changed.add(transfer.to());
            }
            case Hold hold -> {
                changed.add(hold.from());
                named.add(hold.to());
            }
            case Settlement settlement -> {
                collectSides(settlement.hold());
                // A hold that is posted and settled together changes its taker, too.
                if (postings.get(settlement.hold()) instanceof Hold hold) {
                    changed.add(hold.to());
                }
            }
            case Voiding voiding -> collectSides(voiding.hold());
            case Reversal reversal -> collectSides(reversal.of());
        }
    }

    private void collectSides(EntryId id) {
        Entry original = originals.get(id);
        if (original != null) {
            changed.add(original.from());
            changed.add(original.to());
        }
    }
}
