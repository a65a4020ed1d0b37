package org.aifactory.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "download",
        description = {
            "Downloads a model: the folder that Hugging Face's libraries and this engine read, or one GGUF file for llama.cpp and Ollama.",
            "Every file is checked against the SHA-256 that the platform keeps it under."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory models download handbook --to my-model",
            "  ./aifactory models download handbook --to my-model --format gguf --type q8_0"
        })
final class ModelsDownloadCommand extends ServerCommand {

    @Parameters(paramLabel = "MODEL", description = "Its id, the beginning of it, or its name.")
    private String word = "";

    @Option(names = "--to", paramLabel = "DIR", description = "A folder (default: called like the model).")
    private @Nullable Path folder;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "huggingface",
            description = "huggingface or gguf (default: huggingface).")
    private String format = "huggingface";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "f16",
            description = "Of the numbers in a GGUF file: f32, f16 or q8_0 (default: f16).")
    private String type = "f16";

    ModelsDownloadCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply model = ModelsCommand.find(server, word);
        Path place = folder == null ? Path.of(safe(model.raw("slug"))) : folder;
        Downloader downloader = new Downloader(server, terminal());
        switch (format) {
            case "huggingface" -> wholeFolder(server, downloader, model, place);
            case "gguf" -> oneFile(downloader, model, place);
            default -> throw usage("A model comes as huggingface or gguf, not as " + format + ".");
        }
        return ExitStatus.DONE;
    }

    private void wholeFolder(Server server, Downloader downloader, Reply model, Path place) {
        String path = "/api/models/" + model.raw("id");
        Reply files = server.get(path + "/files");
        List<Reply> all = files.list();
        long bytes = all.stream().mapToLong(file -> file.number("bytes")).sum();
        for (Reply file : all) {
            downloader.file(
                    path + "/file?path=" + Server.encoded(file.raw("path")),
                    inside(place, file.raw("path")),
                    file.raw("sha256"));
        }
        if (!printed(files)) {
            print(String.format(
                    "%s, %s, in %s",
                    Words.count(all.size(), "file", "files"), Words.bytes(bytes), Plain.line(place.toString())));
        }
    }

    private void oneFile(Downloader downloader, Reply model, Path place) {
        Path file = inside(place, safe(model.raw("slug")) + "-" + type + ".gguf");
        downloader.file(
                "/api/models/" + model.raw("id") + "/download?format=gguf&type=" + Server.encoded(type), file, "");
        print(Plain.line(file.toString()));
    }

    /** What a server calls a file must not lead out of the folder. */
    static Path inside(Path folder, String name) {
        Path file = folder.resolve(name).normalize();
        if (name.isEmpty()
                || name.startsWith("/")
                || !file.startsWith(folder.normalize())
                || file.equals(folder.normalize())
                || Files.isDirectory(file)) {
            throw new ClientException(
                    ExitStatus.SERVER_FAILED,
                    "The server names a file “" + Plain.line(name) + "”, which cannot be used.");
        }
        return file;
    }

    private static String safe(String slug) {
        String name = slug.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[.-]+", "");
        return name.isEmpty() ? "model" : name;
    }
}
