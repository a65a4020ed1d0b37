package org.aifactory.observatory;

import java.time.LocalDate;
import java.util.List;
import org.aifactory.facts.Mark;
import org.aifactory.web.Message;

/**
 * Something that a nation has announced, with where it was said.
 *
 * @param slug its name in addresses, which never changes
 * @param version grows with every change
 * @param country ISO 3166-1 alpha-2
 * @param body who announced it
 * @param mark how well the head's amount is known
 * @param lines what of it, or beside it, is for what
 * @param disputes what other sources say
 */
record Initiative(
        String slug,
        int version,
        Message title,
        String country,
        String body,
        Kind kind,
        Money money,
        Period period,
        LocalDate announced,
        Mark mark,
        List<String> sources,
        List<Line> lines,
        List<Dispute> disputes,
        List<OpenModel> models,
        List<Sector> sectors,
        Message note) {

    /**
     * @param isBeside whether it comes on top of the head's amount; otherwise it is a part of it
     * @param money in the head's currency, on its basis
     */
    record Line(Purpose purpose, boolean isBeside, Money money, Mark mark, List<String> sources, Message note) {}

    record Dispute(Message says, List<String> sources) {}

    /** A model that came of it, for everybody to use. */
    record OpenModel(String name, String address) {}
}
