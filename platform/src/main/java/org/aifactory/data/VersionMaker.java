package org.aifactory.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.data.Datasets.Made;
import org.aifactory.data.Examiner.Examination;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/** Makes a version of finished uploads: unpacks, reads and checks the files, and then writes all of it down at once. */
@Component
class VersionMaker {
    private final Datasets datasets;
    private final Uploads uploads;
    private final BlobStore blobs;
    private final Examinations examinations;
    private final Storage storage;
    private final DataSettings settings;

    VersionMaker(
            Datasets datasets,
            Uploads uploads,
            BlobStore blobs,
            Examinations examinations,
            Storage storage,
            DataSettings settings) {
        this.datasets = datasets;
        this.uploads = uploads;
        this.blobs = blobs;
        this.examinations = examinations;
        this.storage = storage;
        this.settings = settings;
    }

    /** @throws Problem that names the file and what is wrong with it */
    Made make(Actor actor, DatasetId id, List<UploadId> from) {
        Dataset dataset = datasets.find(actor, id);
        actor.requireMayChange(dataset.organisation(), "dataset", id);
        List<DatasetFile> files = new ArrayList<>();
        for (UploadId upload : new LinkedHashSet<>(from)) {
            files.addAll(filesOf(finished(actor, dataset, upload)));
            requireFewEnough(files);
        }
        requireDistinct(files);
        blobs.touch(files.stream().map(file -> file.blob().sha256()).toList());
        return examine(actor, id, files);
    }

    private Made examine(Actor actor, DatasetId id, List<DatasetFile> files) {
        List<ExaminedFile> examined = new ArrayList<>();
        Documents documents = Documents.NONE;
        for (DatasetFile file : files) {
            Examination examination = examinations.of(file);
            if (examination.fault().isPresent()) {
                throw Problem.of(
                        ProblemType.AGAINST_RULES,
                        "data.refused.file",
                        file.path(),
                        examination.fault().get());
            }
            documents = documents.plus(examination.documents());
            examined.add(new ExaminedFile(file, examination.remark()));
        }
        return datasets.add(actor, id, examined, documents);
    }

    private Upload finished(Actor actor, Dataset dataset, UploadId id) {
        Upload upload = uploads.find(actor, id);
        if (!upload.organisation().equals(dataset.organisation())) {
            throw Problem.of(ProblemType.AGAINST_RULES, "data.refused.others-upload", upload.name());
        }
        if (upload.sha256().isEmpty()) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    upload.received() == upload.length() ? "data.refused.being-checked" : "data.refused.unfinished",
                    upload.name(),
                    upload.received(),
                    upload.length());
        }
        return upload;
    }

    private List<DatasetFile> filesOf(Upload upload) {
        Blob blob = new Blob(upload.sha256().orElseThrow(), upload.length());
        if (!FilePath.extension(upload.name()).equals("zip")) {
            return List.of(new DatasetFile(upload.name(), blob));
        }
        long room = storage.room(upload.organisation()).limit();
        List<DatasetFile> files = ZipArchive.unpack(upload.name(), blob, blobs, settings.mostFiles(), room);
        if (files.isEmpty()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "data.archive.empty", upload.name());
        }
        return files;
    }

    private void requireFewEnough(List<DatasetFile> files) {
        if (files.size() > settings.mostFiles()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "data.refused.files", settings.mostFiles());
        }
    }

    /** No two files under one path, and no file where another needs a folder. */
    private static void requireDistinct(List<DatasetFile> files) {
        Map<String, Blob> paths = new HashMap<>();
        for (DatasetFile file : files) {
            if (paths.put(file.path(), file.blob()) != null) {
                throw Problem.of(ProblemType.AGAINST_RULES, "data.refused.twice", file.path());
            }
        }
        Set<String> folders = new HashSet<>();
        for (String path : paths.keySet()) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
        }
        folders.retainAll(paths.keySet());
        if (!folders.isEmpty()) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES,
                    "data.refused.file-and-folder",
                    folders.iterator().next());
        }
    }
}
