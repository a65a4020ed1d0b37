package org.aifactory.identity;

import java.io.IOException;
import java.util.List;

/** What a module keeps for an organisation, as files of the archive that its owners may ask for. Each module brings a bean of this. */
public interface OrganisationExport {

    /** The folders that it fills, for whoever reads the archive. */
    List<Folder> folders();

    /**
     * Writes everything that the organisation owns, and no secret, some at a time: there may be far more of it than memory.
     *
     * @throws IOException when the reader is gone, or a disk fails; what follows is not written then
     */
    void write(OrganisationId organisation, ExportArchive archive) throws IOException;

    /** @param holds what is in it, in whole sentences */
    record Folder(String name, String holds) {}
}
