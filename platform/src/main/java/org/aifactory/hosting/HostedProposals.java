package org.aifactory.hosting;

import org.aifactory.programme.Hosted;
import org.aifactory.programme.ProposalId;
import org.springframework.stereotype.Component;

/** Tells the programme which selections cannot be given up any more, because a factory came of them. */
@Component
class HostedProposals implements Hosted {
    private final HostingTable table;

    HostedProposals(HostingTable table) {
        this.table = table;
    }

    @Override
    public boolean isHosted(ProposalId proposal) {
        return table.of(proposal).isPresent();
    }
}
