package org.aifactory.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of many callers share a book: one that is refused must not be felt by those after it. */
class BookTest {
    private static final Instant NOW = Instant.parse("2027-03-01T09:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(3_600);

    private final Account giver = account("giver");
    private final Account taker = account("taker");
    private final Book book = new Book(
            NOW,
            List.of(giver, taker),
            Map.of(
                    giver.id(), new Balance(Unit.GPU_SECOND, 1_000, 0, 0),
                    taker.id(), new Balance(Unit.GPU_SECOND, 0, 0, 0)));
    private final Transfer gift = transfer(100);
    private final Hold hold = hold(200);

    @BeforeEach
    void others_have_posted_before() {
        book.post(List.of(gift, hold));
    }

    @Test
    void a_refused_group_is_taken_out_whole() {
        List<Entry> before = List.copyOf(book.added());
        Transfer used = transfer(10);
        Hold held = hold(50);
        Settlement settled = settle(held, 20);
        Hold voided = hold(60);
        refuse(List.of(
                used,
                settle(hold, 150),
                reverse(gift, 80),
                held,
                settled,
                reverse(settled, 5),
                voided,
                new Voiding(id(), voided.id(), "no"),
                transfer(1_000)));
        assertThat(book.added()).isEqualTo(before);

        // Of 1000, 100 are given and 200 held: 700 are free, and not one more.
        refuse(List.of(transfer(701)));
        book.post(List.of(transfer(700)));
        // The gift can be reversed whole, the hold settled whole, and the ids used by others.
        book.post(List.of(reverse(gift, 100), settle(hold, 200)));
        book.post(List.of(new Transfer(used.id(), giver.id(), taker.id(), Bank.gpuSeconds(100), "another")));
        refuse(List.of(transfer(1)));
        refuse(List.of(reverse(settled, 1)), Refusal.ENTRY_UNKNOWN);
    }

    private void refuse(List<Posting> postings) {
        refuse(postings, Refusal.NOT_ENOUGH);
    }

    private void refuse(List<Posting> postings, Refusal refusal) {
        assertThatThrownBy(() -> book.post(postings))
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    private Transfer transfer(long amount) {
        return new Transfer(id(), giver.id(), taker.id(), Bank.gpuSeconds(amount), "gift");
    }

    private Hold hold(long amount) {
        return new Hold(id(), giver.id(), taker.id(), Bank.gpuSeconds(amount), LATER, "run");
    }

    private static Settlement settle(Hold hold, long amount) {
        return new Settlement(id(), hold.id(), Bank.gpuSeconds(amount), "ended");
    }

    private static Reversal reverse(Posting given, long amount) {
        return new Reversal(id(), given.id(), Bank.gpuSeconds(amount), "back");
    }

    private static Account account(String name) {
        return new Account(new AccountId(UUID.randomUUID()), Unit.GPU_SECOND, name, false);
    }

    private static EntryId id() {
        return Bank.newId();
    }
}
