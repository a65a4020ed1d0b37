package org.aifactory.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Words;
import org.aifactory.client.upload.LocalFiles;
import org.aifactory.client.upload.Uploader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = {
            "Uploads files, folders or zip files and makes a version of a dataset of them.",
            "An upload that was interrupted goes on where it stopped when the same command is given again; files that are there already"
                    + " are not sent twice. Training reads .txt, .md and .jsonl."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory data add my-documents/",
            "  ./aifactory data add text/ conversations.jsonl --dataset handbook --licence CC-BY-4.0 --language en"
        })
final class DataAddCommand extends ServerCommand {
    private static final String OWN = "LicenseRef-internal";
    private static final int MOST_NAMED = 10;
    /** What the platform tells of at once. */
    private static final int MOST_LISTED = 1000;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths = List.of();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "A dataset that there is, or a new one (default: called like the first path).")
    private @Nullable String name;

    @Option(
            names = "--licence",
            paramLabel = "SPDX",
            description = "For a new dataset: such as CC-BY-4.0 (default: " + OWN + ", yours alone).")
    private @Nullable String licence;

    @Option(
            names = "--language",
            paramLabel = "CODE",
            split = ",",
            description = "For a new dataset: such as en or en,ko.")
    private List<String> languages = List.of();

    @Option(names = "--description", paramLabel = "WORDS", description = "For a new dataset: what it is.")
    private String description = "";

    @Option(names = Organisation.OPTION, paramLabel = "NAME", description = Organisation.DESCRIPTION)
    private @Nullable String organisationName;

    private boolean isNew;

    DataAddCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        LocalFiles files = LocalFiles.under(paths);
        files.remarks().forEach(line -> terminal().say("%s", line));
        String organisation = Organisation.id(server, organisationName);
        Reply dataset = dataset(server, organisation);
        Reply version = version(server, organisation, dataset, files);
        if (!printed(version)) {
            tell(version);
            warn(server, dataset, version);
        }
        return ExitStatus.DONE;
    }

    private Reply version(Server server, String organisation, Reply dataset, LocalFiles files) {
        try {
            List<String> uploads = new Uploader(server, organisation, terminal()).send(files);
            terminal().progress().show("Checking", Words.count(files.files().size(), "file", "files"));
            Reply version = server.post("/api/datasets/" + dataset.raw("id") + "/versions", Map.of("uploads", uploads));
            terminal().progress().erase();
            return version;
        } catch (ClientException refused) {
            if (refused.status() != ExitStatus.REFUSED || !isNew) {
                throw refused;
            }
            throw new ClientException(
                    ExitStatus.REFUSED,
                    refused.sentence() + "\nThe new dataset " + dataset.text("name")
                            + " stays, and is empty: mend the files and give the same command again, or remove it with"
                            + " ./aifactory data remove " + dataset.raw("id") + " --yes.",
                    refused);
        }
    }

    private Reply dataset(Server server, String organisation) {
        String wanted = name == null ? nameOf(paths.getFirst()) : name;
        Optional<Reply> known = server.all("/api/datasets").stream()
                .filter(dataset -> dataset.raw("organisation").equals(organisation))
                .filter(dataset ->
                        dataset.raw("name").equals(wanted) || dataset.raw("id").equals(wanted))
                .findFirst();
        isNew = known.isEmpty();
        return known.orElseGet(() -> server.post(
                "/api/datasets",
                Map.of(
                        "organisation",
                        organisation,
                        "name",
                        wanted,
                        "description",
                        description,
                        "licence",
                        licence == null ? OWN : licence,
                        "languages",
                        languages)));
    }

    private static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        if (last == null) {
            throw new ClientException(ExitStatus.USAGE, "Give the dataset a name with --dataset.");
        }
        return last.toString().replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,5}$", "");
    }

    private void tell(Reply version) {
        Reply documents = version.get("documents");
        print(String.format(
                "Dataset %s, version %s: %s, %s; %s and %s to train on.",
                version.text("dataset"),
                version.text("number"),
                Words.count(version.number("files"), "file", "files"),
                Words.bytes(version.number("bytes")),
                Words.count(documents.number("texts"), "text", "texts"),
                Words.count(documents.number("conversations"), "conversation", "conversations")));
        print("Its name by content: " + version.text("id"));
        if (documents.number("texts") + documents.number("conversations") == 0) {
            terminal()
                    .say(
                            "There is nothing in it that a model can learn from: that is text in UTF-8 in files .txt and .md, and"
                                    + " conversations in .jsonl. Programs of yours can use it.");
        }
    }

    /** What the platform has to say of single files: the engine refuses them, or passes them over. */
    private void warn(Server server, Reply dataset, Reply version) {
        List<Reply> remarked = server
                .get("/api/datasets/" + dataset.raw("id") + "/versions/" + Datasets.content(version) + "/files?most="
                        + MOST_LISTED)
                .list()
                .stream()
                .filter(file -> !file.text("remark").isEmpty())
                .toList();
        remarked.stream()
                .limit(MOST_NAMED)
                .forEach(file -> terminal().say("The file %s %s.", file.text("path"), file.text("remark")));
        if (remarked.size() > MOST_NAMED) {
            terminal()
                    .say(
                            "… and %,d more; see ./aifactory data show %s@%s.",
                            remarked.size() - MOST_NAMED, version.text("dataset"), version.text("number"));
        }
    }
}
