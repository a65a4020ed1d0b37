package org.aifactory.identity;

/** What an organisation is in the programme; its members do for the platform what this says. */
public enum OrganisationKind {
    /** A start-up or another company that applies for compute. */
    COMPANY,
    /** A university or institute that applies for compute. */
    RESEARCH,
    /** An authority that applies for compute. */
    PUBLIC_BODY,
    /** Hosts a factory; its members operate its machines. */
    FACTORY,
    /** Runs the programme; its members are programme officers. */
    PROGRAMME_OFFICE;

    /** Whether anybody may found one; the others come with powers over what is not theirs. */
    public boolean isOpenToAll() {
        return this == COMPANY || this == RESEARCH || this == PUBLIC_BODY;
    }
}
