package org.aifactory.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.aifactory.federation.MachineImages;
import org.aifactory.federation.MachineImages.Images;
import org.aifactory.federation.Partition;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/**
 * Programs that run in an image of a container, by Apptainer: one of the run's own dataset, or one that the site vouches for. Its folders
 * are at the same places inside, and it has the same variables.
 */
@Component
class ContainerImages {
    private static final String SUFFIX = ".sif";
    /** Sites have the one or the other, which is the same program under an earlier name. */
    private static final String START =
            "exec \"$(command -v apptainer || command -v singularity || echo apptainer)\" exec \"$@\"";

    private final MachineImages images;
    private final Datasets datasets;

    ContainerImages(MachineImages images, Datasets datasets) {
        this.images = images;
        this.datasets = datasets;
    }

    /**
     * Asks whether the image is there, and whether the machine runs programs in it.
     *
     * @param dataset whose files the run reads
     */
    void require(Recipe recipe, Optional<String> wished, Optional<VersionId> dataset, Partition partition) {
        if (wished.isEmpty()) {
            return;
        }
        String image = wished.get();
        if (recipe != Recipe.COMMAND) {
            throw Problem.invalid("image", "training.fault.image-recipe");
        }
        Images allowed = images.of(partition.machine());
        if (!isOfDataset(image)) {
            if (!allowed.allowed().contains(image)) {
                throw Problem.of(
                        ProblemType.AGAINST_RULES,
                        allowed.allowed().isEmpty() ? "training.refused.no-images" : "training.refused.image",
                        partition.name(),
                        image,
                        String.join(", ", allowed.allowed()));
            }
            return;
        }
        boolean isThere = image.endsWith(SUFFIX)
                && dataset.stream()
                        .flatMap(version -> datasets.files(version).stream())
                        .anyMatch(file -> file.path().equals(image));
        if (!isThere) {
            throw Problem.invalid("image", "training.fault.image", image);
        }
        if (!allowed.fromDatasets()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "training.refused.own-images", partition.name());
        }
    }

    private static boolean isOfDataset(String image) {
        return !image.startsWith("/") && !image.contains("://");
    }

    /**
     * The program's words, so that they are said in the image.
     *
     * @param data where the files of the dataset lie
     * @param folder that the program begins in and may write to
     * @param readable what else it sees
     */
    static List<String> inside(
            String image, Path data, Path folder, List<Path> readable, boolean gpus, List<String> program) {
        List<String> words = new ArrayList<>(
                List.of("bash", "-c", START, "image", "--home", folder.toString(), "--pwd", folder.toString()));
        readable.forEach(path -> words.addAll(List.of("--bind", path + ":" + path + ":ro")));
        if (gpus) {
            // Whichever of the two the node has.
            words.addAll(List.of("--nv", "--rocm"));
        }
        words.add(isOfDataset(image) ? data.resolve(image).toString() : image);
        words.addAll(program);
        return words;
    }
}
