package org.aifactory.cofunding;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.aifactory.cofunding.FundingPolicy.Rate;
import org.aifactory.facts.Mark;
import org.aifactory.federation.FactoryId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is agreed of factories' money, what they are planned to cost, and the ceilings, in the database. */
@Component
class TermsTable {
    private final JdbcClient jdbc;

    TermsTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Terms of(FactoryId factory) {
        return find(factory, "").orElseGet(() -> Terms.usual(factory));
    }

    /** All that were ever changed. */
    Map<FactoryId, Terms> all() {
        Map<FactoryId, Terms> terms = new java.util.HashMap<>();
        jdbc.sql("select * from cofunding.terms").query(row -> {
            FactoryId factory = new FactoryId(row.getObject("factory", UUID.class));
            terms.put(
                    factory,
                    new Terms(factory, row.getString("kind"), row.getBoolean("published"), row.getInt("version")));
        });
        return terms;
    }

    /** Until the transaction ends nobody else changes what they lead to. */
    Terms lock(FactoryId factory) {
        Terms usual = Terms.usual(factory);
        jdbc.sql("""
                insert into cofunding.terms (factory, kind, published, version) values (:factory, :kind, :published, :version)
                on conflict do nothing
                """)
                .param("factory", factory.value())
                .param("kind", usual.kind())
                .param("published", usual.published())
                .param("version", usual.version())
                .update();
        return find(factory, " for no key update").orElseThrow();
    }

    private Optional<Terms> find(FactoryId factory, String lock) {
        return jdbc.sql("select * from cofunding.terms where factory = :factory" + lock)
                .param("factory", factory.value())
                .query((row, number) ->
                        new Terms(factory, row.getString("kind"), row.getBoolean("published"), row.getInt("version")))
                .optional();
    }

    void change(Terms terms) {
        jdbc.sql("""
                update cofunding.terms set kind = :kind, published = :published, version = :version where factory = :factory
                """)
                .param("kind", terms.kind())
                .param("published", terms.published())
                .param("version", terms.version())
                .param("factory", terms.factory().value())
                .update();
    }

    /** What a category is planned to cost in a year. */
    record Cost(int year, String category, long cents) {}

    List<Cost> costs(FactoryId factory) {
        return jdbc.sql("select * from cofunding.cost where factory = :factory order by year, category")
                .param("factory", factory.value())
                .query((row, number) -> new Cost(row.getInt("year"), row.getString("category"), row.getLong("cents")))
                .list();
    }

    void write(FactoryId factory, Cost cost) {
        jdbc.sql("""
                insert into cofunding.cost (factory, year, category, cents) values (:factory, :year, :category, :cents)
                on conflict (factory, year, category) do update set cents = excluded.cents
                """)
                .param("factory", factory.value())
                .param("year", cost.year())
                .param("category", cost.category())
                .param("cents", cost.cents())
                .update();
    }

    /** By category. */
    SortedMap<String, Rate> rates(FactoryId factory) {
        SortedMap<String, Rate> rates = new TreeMap<>();
        jdbc.sql("select * from cofunding.ceiling where factory = :factory")
                .param("factory", factory.value())
                .query(row -> {
                    rates.put(
                            row.getString("category"),
                            new Rate(
                                    java.math.BigDecimal.valueOf(row.getInt("basis_points"), 4),
                                    row.getString("article"),
                                    row.getString("source"),
                                    Mark.valueOf(row.getString("mark"))));
                });
        return rates;
    }

    void replaceRates(FactoryId factory, Map<String, Rate> rates) {
        jdbc.sql("delete from cofunding.ceiling where factory = :factory")
                .param("factory", factory.value())
                .update();
        rates.forEach((category, rate) -> jdbc.sql("""
                insert into cofunding.ceiling (factory, category, basis_points, article, source, mark)
                values (:factory, :category, :points, :article, :source, :mark)
                """)
                .param("factory", factory.value())
                .param("category", category)
                .param("points", rate.basisPoints())
                .param("article", rate.article())
                .param("source", rate.source())
                .param("mark", rate.mark().name())
                .update());
    }
}
