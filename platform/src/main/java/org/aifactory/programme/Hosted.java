package org.aifactory.programme;

/** Whether something came of a proposal already, so that it cannot be given up any more. A module that makes something of proposals brings a bean. */
public interface Hosted {

    boolean isHosted(ProposalId proposal);
}
