package org.aifactory.models;

import java.util.List;
import java.util.Optional;
import org.aifactory.data.DatasetVersion;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.models.Facts.Base;
import org.aifactory.models.Facts.Place;
import org.aifactory.models.Facts.RunFacts;
import org.aifactory.models.Facts.Source;
import org.aifactory.training.Run;
import org.aifactory.training.Runs;
import org.aifactory.web.Problem;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Gathers from everywhere on the platform what is known of how a model came to be. */
@Component
class FactFinder {
    private final Organisations organisations;
    private final Datasets datasets;
    private final Partitions partitions;
    private final Machines machines;
    private final Factories factories;
    private final Models models;
    private final Runs runs;
    private final ModelSettings settings;
    private final ObjectProvider<ModelFunders> funders;

    FactFinder(
            Organisations organisations,
            Datasets datasets,
            Partitions partitions,
            Machines machines,
            Factories factories,
            Models models,
            Runs runs,
            ModelSettings settings,
            ObjectProvider<ModelFunders> funders) {
        this.organisations = organisations;
        this.datasets = datasets;
        this.partitions = partitions;
        this.machines = machines;
        this.factories = factories;
        this.models = models;
        this.runs = runs;
        this.settings = settings;
        this.funders = funders;
    }

    /** @param notes what the engine left; empty where it had no part in it */
    Facts of(Run run, ModelFolder folder, Optional<EngineNotes> notes) {
        Organisation maker = organisations
                .find(run.organisation())
                .orElseThrow(() -> Problem.notFound("organisation", run.organisation()));
        Partition partition = partitions.require(run.partition());
        return new Facts(
                maker.name(),
                maker.country(),
                folder.shape(),
                runFacts(run, partition, notes),
                place(partition),
                notes.flatMap(EngineNotes::training),
                notes.flatMap(EngineNotes::evaluation),
                sources(run),
                base(run),
                folder.leftOut());
    }

    private RunFacts runFacts(Run run, Partition partition, Optional<EngineNotes> notes) {
        return new RunFacts(
                run.recipe().slug(),
                notes.flatMap(EngineNotes::version),
                run.started().orElse(run.submitted()),
                run.ended().orElse(run.submitted()),
                run.resources().allCores(),
                run.resources().allGpus(),
                partition.unit().name(),
                run.charged(),
                runs.cents(run.id()),
                Energy.kilowattHours(run),
                funders.stream().flatMap(known -> known.of(run.id()).stream()).toList());
    }

    private Place place(Partition partition) {
        Machine machine = machines.require(partition.machine());
        Factory factory = factories.require(machine.factory());
        return new Place(
                factory.name(),
                machine.name(),
                partition.name(),
                factory.city(),
                factory.country(),
                settings.storage());
    }

    private List<Source> sources(Run run) {
        return run.dataset().flatMap(this::known).map(FactFinder::source).stream()
                .toList();
    }

    /** What was removed before anybody wrote it down is left out, and costs nobody their model. */
    private Optional<DatasetVersion> known(VersionId id) {
        try {
            return Optional.of(datasets.version(id));
        } catch (Problem removed) {
            return Optional.empty();
        }
    }

    private static Source source(DatasetVersion version) {
        return new Source(
                version.id().toString(),
                version.dataset(),
                version.number(),
                version.licence(),
                version.languages(),
                version.files(),
                version.bytes(),
                version.documents().texts(),
                version.documents().conversations());
    }

    private Optional<Base> base(Run run) {
        return run.base()
                .map(id -> models.named(id.toString())
                        .map(model -> new Base(id.toString(), model.slug(), model.name(), model.licence()))
                        .orElseGet(() -> removed(id)))
                .or(() -> run.baseVersion()
                        .map(id -> known(id)
                                .map(version -> new Base(
                                        id.toString(), version.dataset(), version.dataset(), version.licence()))
                                .orElseGet(() -> removed(id))));
    }

    private static Base removed(Object id) {
        return new Base(id.toString(), id.toString(), "a model that was removed", Facts.OWN_LICENCE);
    }
}
