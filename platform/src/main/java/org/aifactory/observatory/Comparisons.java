package org.aifactory.observatory;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Service;

/** Compares what is known, as somebody asks for it. */
@Service
class Comparisons {
    /** Offered whether or not there is a rate for them; without one the page says so. */
    private static final List<String> USUAL = List.of("EUR", "KRW", "USD");

    private final Initiatives initiatives;
    private final Rates rates;

    Comparisons(Initiatives initiatives, Rates rates) {
        this.initiatives = initiatives;
        this.rates = rates;
    }

    /**
     * What is asked for.
     *
     * @param day of the rates; today where it is empty
     */
    record Question(
            String currency, Basis basis, Optional<Kind> kind, Optional<String> country, Optional<LocalDate> day) {}

    Comparison answer(Question question) {
        String currency = question.currency();
        if (!InitiativeCheck.isCurrency(currency)) {
            throw Problem.invalid("currency", "observatory.fault.currency", currency);
        }
        LocalDate day = question.day().orElseGet(rates::today);
        return Comparison.of(
                initiatives.all(question.country(), question.kind()).stream()
                        .map(InitiativeCheck::read)
                        .toList(),
                rates.on(day),
                day,
                currency,
                question.basis());
    }

    /** In which amounts can be shown: those with a rate, and the usual ones. */
    List<String> currencies() {
        return Stream.concat(
                        USUAL.stream(),
                        new TreeSet<>(rates.on(rates.today()).all().stream()
                                        .map(Rate::currency)
                                        .toList())
                                .stream())
                .distinct()
                .toList();
    }
}
