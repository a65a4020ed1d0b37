package org.aifactory.observatory;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.aifactory.facts.Mark;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/**
 * A file of the European Central Bank's euro foreign exchange reference rates, in the forms in which it publishes them: XML and
 * comma-separated values, of a day or of many.
 */
final class RateFile {
    /** More than the form with the rates of all days since 1999 has. */
    static final int LARGEST = 8 << 20;

    private static final String SOURCE =
            "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/";
    private static final int MOST_RATES = 400_000;
    private static final int MOST_COLUMNS = 100;
    private static final String NOT_AVAILABLE = "N/A";
    /** The file of one day writes “28 June 2024”, that of many days 2024-06-28. */
    private static final DateTimeFormatter IN_WORDS = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY, CsvReadFeature.TRIM_SPACES)
            .build();
    private static final ObjectReader LINES = CSV.readerFor(String[].class);

    private final LocalDate latestPossible;
    private final List<Rate> rates = new ArrayList<>();

    private RateFile(LocalDate latestPossible) {
        this.latestPossible = latestPossible;
    }

    /**
     * All rates that the file has.
     *
     * @param today no rate is of a day after it, and none is older than the euro
     * @throws Problem at the field {@code file}, where it is not in one of these forms
     */
    static List<Rate> read(byte[] content, LocalDate today) {
        if (content.length > LARGEST) {
            throw fault("observatory.fault.file-large");
        }
        String start = new String(content, 0, Math.min(content.length, 100), StandardCharsets.UTF_8);
        RateFile file = new RateFile(today);
        if (start.replace("\uFEFF", "").stripLeading().startsWith("<")) {
            file.readXml(content);
        } else {
            file.readCsv(content);
        }
        if (file.rates.isEmpty()) {
            throw fault("observatory.fault.file-empty");
        }
        return file.rates;
    }

    private void readXml(byte[] content) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(content));
            @Nullable LocalDate day = null;
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw fault("observatory.fault.file-form");
                }
                if (event == XMLStreamConstants.START_ELEMENT
                        && xml.getLocalName().equals("Cube")) {
                    String time = xml.getAttributeValue(null, "time");
                    day = time == null ? day : day(time);
                    String currency = xml.getAttributeValue(null, "currency");
                    if (currency != null && day != null) {
                        add(day, currency, String.valueOf(xml.getAttributeValue(null, "rate")));
                    }
                }
            }
        } catch (XMLStreamException broken) {
            throw fault("observatory.fault.file-form");
        }
    }

    private void readCsv(byte[] content) {
        try (MappingIterator<String[]> lines = LINES.readValues(content)) {
            if (!lines.hasNext()) {
                return;
            }
            String[] head = lines.next();
            if (!head[0].replace("\uFEFF", "").strip().equals("Date") || head.length > MOST_COLUMNS) {
                throw fault("observatory.fault.file-form");
            }
            while (lines.hasNext()) {
                readLine(head, lines.next());
            }
        } catch (JacksonException broken) {
            throw fault("observatory.fault.file-form");
        }
    }

    /** Lines end with a comma, after which there is nothing. */
    private void readLine(String[] head, String[] line) {
        if (line.length == 1 && line[0].isBlank()) {
            return;
        }
        LocalDate day = day(line[0].strip());
        for (int column = 1; column < Math.min(head.length, line.length); column++) {
            String value = line[column].strip();
            if (!head[column].isBlank() && !value.isEmpty() && !value.equals(NOT_AVAILABLE)) {
                add(day, head[column].strip(), value);
            }
        }
    }

    private LocalDate day(String text) {
        try {
            LocalDate day = text.contains("-") ? LocalDate.parse(text) : LocalDate.parse(text, IN_WORDS);
            if (day.getYear() >= 1999 && !day.isAfter(latestPossible)) {
                return day;
            }
        } catch (DateTimeException other) {
            throw fault("observatory.fault.file-day", shown(text));
        }
        throw fault("observatory.fault.file-day", shown(text));
    }

    private void add(LocalDate day, String currency, String value) {
        if (rates.size() == MOST_RATES) {
            throw fault("observatory.fault.file-large");
        }
        // Files of earlier years have currencies that are no more; Java knows these, too.
        if (!currency.matches("[A-Z]{3}") || currency.equals(Rate.EURO)) {
            throw fault("observatory.fault.file-currency", shown(currency));
        }
        if (!value.matches("\\d{1,12}(\\.\\d{1,10})?") || !Rate.isSane(new BigDecimal(value))) {
            throw fault("observatory.fault.file-rate", shown(value), shown(currency));
        }
        rates.add(new Rate(day, currency, new BigDecimal(value), Mark.PRIMARY, List.of(SOURCE)));
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private static Problem fault(String key, Object... arguments) {
        return Problem.invalid("file", key, arguments);
    }
}
