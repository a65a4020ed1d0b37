package org.aifactory.observatory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.aifactory.web.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of reference rates in the forms in which they are published, and files that only look like them. */
class RateFileTest {
    private static final LocalDate TODAY = LocalDate.of(2024, 12, 31);

    private static List<Rate> read(String text) {
        return RateFile.read(text.getBytes(UTF_8), TODAY);
    }

    @Test
    void the_file_of_a_day_is_read_as_xml_and_as_values() throws Exception {
        List<Rate> xml = RateFile.read(
                Files.readAllBytes(Path.of("../examples/founding/rates/eurofxref-2024-06-28.xml")), TODAY);
        List<Rate> csv = read("Date, USD, JPY, KRW, \n28 June 2024, 1.0705, 171.94, 1474.86, \n");

        assertThat(xml).hasSize(30).containsAll(csv);
        assertThat(csv).hasSize(3);
        assertThat(csv.getLast().perEuro()).isEqualByComparingTo("1474.86");
        assertThat(csv.getLast().day()).isEqualTo(LocalDate.of(2024, 6, 28));
    }

    @Test
    void the_file_of_many_days_is_read_with_its_gaps() {
        List<Rate> rates = read("Date,USD,TRL,KRW,\n2024-06-28,1.0705,N/A,1474.86,\n2024-06-27,1.0696,N/A,1483.41,\n");
        assertThat(rates).hasSize(4).extracting(Rate::currency).containsOnly("USD", "KRW");
        assertThat(rates).extracting(Rate::perEuro).contains(new BigDecimal("1483.41"));

        List<Rate> xml = read("<E xmlns='x'><Cube><Cube time='2024-06-28'><Cube currency='USD' rate='1.0705'/></Cube>"
                + "<Cube time=\"2024-06-27\"><Cube currency=\"USD\" rate=\"1.0696\"/></Cube></Cube></E>");
        assertThat(xml).extracting(Rate::day).containsExactly(LocalDate.of(2024, 6, 28), LocalDate.of(2024, 6, 27));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Name,Price\nA,1\n",
                "Date,USD\n",
                "Date,USD\n2024-06-28,-1\n",
                "Date,USD\n2024-06-28,0\n",
                "Date,USD\n2024-06-28,1e9\n",
                "Date,USD\n2024-06-28,1.0705.1\n",
                "Date,usd\n2024-06-28,1.0705\n",
                "Date,EUR\n2024-06-28,1\n",
                "Date,USD\n2025-01-01,1.0705\n",
                "Date,USD\n1998-12-31,1.0705\n",
                "Date,USD\n-300000-01-01,1.0705\n",
                "Date,USD\n28.6.2024,1.0705\n",
                "Date,USD\n\"2024-06-28,1.0705\n",
                "<html><body>Not found</body></html>",
                "<Cube time='2024-06-28'><Cube currency='USD' rate='1.0705'/>",
                "<Cube time='2024-06-28'><Cube currency='USD'/></Cube>",
                "<Cube time='yesterday'><Cube currency='USD' rate='1.0705'/></Cube>"
            })
    void what_is_not_in_one_of_the_forms_is_refused_as_a_whole(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Problem.class);
    }

    @Test
    void a_file_that_brings_entities_reads_nothing_of_this_computer(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "USD");
        String start = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM '" + secret.toUri() + "'>]>";
        assertThatThrownBy(() -> read(start + "<x><Cube time='2024-06-28'><Cube currency='&e;' rate='1'/></Cube></x>"))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(
                        () -> read(
                                "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><x><Cube time='&b;'/></x>"))
                .isInstanceOf(Problem.class);
    }

    @Test
    void a_file_that_is_larger_than_all_rates_together_is_not_read() {
        assertThatThrownBy(() -> RateFile.read(new byte[RateFile.LARGEST + 1], TODAY))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("larger");
    }
}
