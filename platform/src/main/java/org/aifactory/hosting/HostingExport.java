package org.aifactory.hosting;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.hosting.HostingViews.HostingView;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.springframework.stereotype.Component;

/** Who shares the factories that an organisation operates, and how far they have come. */
@Component
class HostingExport implements OrganisationExport {
    private final Factories factories;
    private final HostingViews views;

    HostingExport(Factories factories, HostingViews views) {
        this.factories = factories;
        this.views = views;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "hosting",
                        "For those who operate a factory of the programme: all agreements on its shares, its milestones, and what was changed."));
    }

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Factory factory : factories.all()) {
            if (factory.operator().equals(Optional.of(organisation))) {
                Optional<HostingView> view = views.find(factory.slug());
                if (view.isPresent()) {
                    archive.json("hosting/" + factory.slug() + ".json", view.get());
                }
            }
        }
    }
}
