package org.aifactory.observatory;

import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.observatory.Comparisons.Question;
import org.aifactory.observatory.Rates.Imported;
import org.aifactory.observatory.Rates.RateForm;
import org.aifactory.web.Download;
import org.aifactory.web.Problem;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What nations do, over HTTP. Reading is open to everybody; analysts and programme officers write. */
@RestController
class ObservatoryApi {
    private final Initiatives initiatives;
    private final Comparisons comparisons;
    private final Rates rates;

    ObservatoryApi(Initiatives initiatives, Comparisons comparisons, Rates rates) {
        this.initiatives = initiatives;
        this.comparisons = comparisons;
        this.rates = rates;
    }

    @Operation(summary = "National initiatives with their sources, and how well each figure is known")
    @GetMapping("/api/initiatives")
    List<InitiativeForm> initiatives(@RequestParam Optional<String> country, @RequestParam Optional<Kind> kind) {
        return initiatives.all(country.filter(code -> code.indexOf('\0') < 0), kind);
    }

    @Operation(summary = "An initiative with its lines, what other sources say, and its sources")
    @GetMapping("/api/initiatives/{initiative}")
    InitiativeForm initiative(@PathVariable String initiative) {
        return initiatives.require(initiative);
    }

    @Operation(summary = "Add an initiative (analysts and programme officers); one without a source is refused")
    @PostMapping("/api/initiatives")
    ResponseEntity<InitiativeForm> add(Actor actor, @RequestBody InitiativeForm form) {
        InitiativeForm added = initiatives.add(actor, form);
        return ResponseEntity.created(URI.create("/api/initiatives/" + added.slug()))
                .body(added);
    }

    @Operation(
            summary = "Put an initiative in the place of the version that was read",
            description =
                    "The version is the one that was read; where somebody has changed the initiative since, nothing is changed.")
    @PutMapping("/api/initiatives/{initiative}")
    InitiativeForm change(Actor actor, @PathVariable String initiative, @RequestBody InitiativeForm form) {
        return initiatives.change(actor, initiative, form);
    }

    @Operation(
            summary = "Initiatives compared, like with like",
            description =
                    "Amounts stand together only where they are of one kind, standing and payer; in the currency that is asked for, at"
                            + " the rates that are answered, per year or in total. What cannot be compared stands in notComparable with the reason."
                            + " Nothing is added up.")
    @GetMapping("/api/initiatives/comparison")
    ComparisonView comparison(
            @RequestParam(defaultValue = "EUR") String currency,
            @RequestParam(defaultValue = "PER_YEAR") Basis basis,
            @RequestParam Optional<Kind> kind,
            @RequestParam Optional<String> country,
            @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) Optional<LocalDate> day) {
        return ComparisonView.of(comparisons.answer(question(currency, basis, kind, country, day)));
    }

    @Operation(summary = "The same as comma-separated values, for a spreadsheet")
    @GetMapping(path = "/api/initiatives/comparison.csv", produces = "text/csv")
    ResponseEntity<byte[]> csv(
            @RequestParam(defaultValue = "EUR") String currency,
            @RequestParam(defaultValue = "PER_YEAR") Basis basis,
            @RequestParam Optional<Kind> kind,
            @RequestParam Optional<String> country,
            @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) Optional<LocalDate> day) {
        return Download.of(
                        "initiatives-" + basis.name().toLowerCase(java.util.Locale.ROOT) + ".csv",
                        new MediaType("text", "csv", StandardCharsets.UTF_8))
                .body(ComparisonCsv.of(comparisons.answer(question(currency, basis, kind, country, day)))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Question question(
            String currency, Basis basis, Optional<Kind> kind, Optional<String> country, Optional<LocalDate> day) {
        return new Question(
                currency,
                basis,
                kind,
                country.filter(code -> !code.isEmpty() && code.indexOf('\0') < 0),
                day.map(ObservatoryApi::inReach));
    }

    /** As far as the database counts days. */
    private static LocalDate inReach(LocalDate day) {
        if (day.getYear() < 1999 || day.getYear() > 9999) {
            throw Problem.invalid("day", "observatory.fault.day");
        }
        return day;
    }

    @Operation(summary = "What a euro was worth on a day, or on the latest before it of which a rate is known")
    @GetMapping("/api/exchange-rates")
    List<Rate> rates(@RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) Optional<LocalDate> day) {
        return List.copyOf(rates.on(day.map(ObservatoryApi::inReach).orElseGet(rates::today))
                .all());
    }

    @Operation(summary = "Enter a rate by hand, with its source (analysts and programme officers)")
    @PostMapping("/api/exchange-rates")
    @ResponseStatus(HttpStatus.CREATED)
    Rate enter(Actor actor, @RequestBody RateForm form) {
        return rates.enter(actor, form);
    }

    @Operation(
            summary = "Import a file of the European Central Bank's reference rates (analysts and programme officers)",
            description =
                    "The body is the file, eurofxref as XML or comma-separated values, of one day or of many. All of it is taken, or none.")
    @PostMapping("/api/exchange-rates/file")
    Imported importFile(Actor actor, InputStream file) throws IOException {
        Initiatives.requireMayKeep(actor);
        return rates.imported(actor, file.readNBytes(RateFile.LARGEST + 1));
    }
}
