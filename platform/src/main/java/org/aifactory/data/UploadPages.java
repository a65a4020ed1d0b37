package org.aifactory.data;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.data.Datasets.Made;
import org.aifactory.identity.Actor;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The page on which files become a version. Its script sends them in parts that resume ({@code assets/upload.js}); without it the form
 * sends them whole.
 */
@Controller
class UploadPages {
    private final Datasets datasets;
    private final Uploads uploads;
    private final VersionMaker maker;
    private final MessageSource messages;

    UploadPages(Datasets datasets, Uploads uploads, VersionMaker maker, MessageSource messages) {
        this.datasets = datasets;
        this.uploads = uploads;
        this.maker = maker;
        this.messages = messages;
    }

    @GetMapping("/data/{dataset}/upload")
    String show(Actor actor, @PathVariable UUID dataset, Model model) {
        return show(actor, new DatasetId(dataset), null, Faults.NONE, model);
    }

    /** @param chosen those that stay ticked; null ticks all */
    private String show(Actor actor, DatasetId id, @Nullable List<UploadId> chosen, Faults faults, Model model) {
        Dataset dataset = datasets.find(actor, id);
        actor.requireMayChange(dataset.organisation(), "dataset", id);
        model.addAttribute("dataset", dataset);
        model.addAttribute("uploads", uploads.of(actor, dataset.organisation()));
        model.addAttribute("chosen", chosen);
        model.addAttribute("faults", faults);
        return "data/upload";
    }

    @PostMapping("/data/{dataset}/upload")
    String makeVersion(
            Actor actor,
            @PathVariable UUID dataset,
            @RequestParam(defaultValue = "") List<UUID> upload,
            @RequestParam(defaultValue = "") List<MultipartFile> file,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model)
            throws IOException {
        DatasetId id = new DatasetId(dataset);
        List<UploadId> parts =
                new ArrayList<>(upload.stream().map(UploadId::new).toList());
        Faults faults;
        try {
            parts.addAll(receive(actor, id, file));
            if (!parts.isEmpty()) {
                Made made = maker.make(actor, id, parts);
                Said.good(
                        redirect,
                        made.isNew() ? "data.version.made" : "data.version.known",
                        Integer.toString(made.version().number()));
                return "redirect:/data/" + dataset + "/versions/"
                        + made.version().id().content();
            }
            faults = Faults.at("file", messages.getMessage("data.upload.none", null, LocaleContextHolder.getLocale()));
        } catch (Problem refused) {
            faults = new Faults(java.util.Map.of(), List.of(refused.message().toString()));
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return show(actor, id, parts, faults, model);
    }

    private List<UploadId> receive(Actor actor, DatasetId dataset, List<MultipartFile> files) throws IOException {
        List<UploadId> received = new ArrayList<>();
        for (MultipartFile file : files) {
            String name = file.getOriginalFilename();
            if (name == null || name.isEmpty()) {
                continue;
            }
            Upload upload = uploads.create(
                    actor, datasets.find(actor, dataset).organisation(), name, file.getSize(), Optional.empty());
            if (file.getSize() > 0) {
                try (InputStream in = file.getInputStream()) {
                    uploads.append(actor, upload.id(), 0, OptionalLong.of(file.getSize()), Optional.empty(), in);
                }
            }
            received.add(upload.id());
        }
        return received;
    }

    @PostMapping("/data/{dataset}/uploads/{upload}/remove")
    String remove(Actor actor, @PathVariable UUID dataset, @PathVariable UUID upload, RedirectAttributes redirect) {
        uploads.remove(actor, new UploadId(upload));
        Said.good(redirect, "data.upload.removed");
        return "redirect:/data/" + dataset + "/upload";
    }
}
