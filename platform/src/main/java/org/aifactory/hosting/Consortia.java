package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.FactoryId;
import org.aifactory.programme.ProposalId;
import org.aifactory.programme.Selected;
import org.springframework.stereotype.Service;

/**
 * Who shares each factory from when on. What is answered for a day that has begun is never answered otherwise: new shares hold from a day
 * to come, and what a file tells of the past is told once.
 */
@Service
public class Consortia {
    private final HostingTable table;
    private final Selected selected;

    Consortia(HostingTable table, Selected selected) {
        this.table = table;
        this.selected = selected;
    }

    /**
     * Who shares a factory on a day: the Union, the host, and who joins by their codes. Either all parts are known, and are the whole
     * together, or the factory was selected elsewhere. None where nobody shares it on that day.
     */
    public List<Share> shares(FactoryId factory, LocalDate day) {
        return table.shares(factory, day);
    }

    /** The proposal that the factory was made of. */
    public Optional<ProposalId> proposal(FactoryId factory) {
        return table.find(factory).map(Hosting::proposal);
    }

    /** The factory that was made of a proposal. */
    public Optional<FactoryId> factory(ProposalId proposal) {
        return table.of(proposal).map(Hosting::factory);
    }

    /** All factories that have a consortium, those that were made first first. */
    public List<FactoryId> factories() {
        return table.all().stream().map(Hosting::factory).toList();
    }

    /** Whether the rates of its call let the Union have such a share of a factory; a call without rates sets no bound. */
    public boolean mayUnionHave(FactoryId factory, Ratio share) {
        return proposal(factory)
                .flatMap(selected::find)
                .flatMap(proposal -> proposal.ceiling())
                .map(ceiling -> ceiling.allows(share.part(), share.whole()))
                .orElse(true);
    }
}
