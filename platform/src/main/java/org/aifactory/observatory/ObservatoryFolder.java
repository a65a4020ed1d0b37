package org.aifactory.observatory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.facts.Sources;
import org.aifactory.facts.YamlPart;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters the initiatives and the exchange rates that the files of a folder tell. */
@Service
public class ObservatoryFolder {
    private final Initiatives initiatives;
    private final Rates rates;

    ObservatoryFolder(Initiatives initiatives, Rates rates) {
        this.initiatives = initiatives;
        this.rates = rates;
    }

    /**
     * Enters what stands in {@code initiatives} and {@code rates} of the folder, or, where one of the files is not as it should be,
     * nothing. The same folder again changes nothing, and what people have changed since stays.
     *
     * @return how many initiatives it has
     * @throws FileFault which names the file and the place
     */
    @Transactional
    public int load(Path folder) {
        int number = 0;
        if (Files.isDirectory(folder.resolve("initiatives"))) {
            number = loadInitiatives(folder.resolve("initiatives"));
        }
        if (Files.isDirectory(folder.resolve("rates"))) {
            loadRates(folder.resolve("rates"));
        }
        return number;
    }

    private int loadInitiatives(Path folder) {
        List<InitiativeForm> all = new ArrayList<>();
        Set<String> slugs = new HashSet<>();
        for (Path file : YamlPart.filesIn(folder)) {
            for (InitiativeForm initiative : new InitiativeFile(file).initiatives) {
                if (!slugs.add(String.valueOf(initiative.slug()))) {
                    throw new FileFault(file + ": another initiative has the slug “" + initiative.slug()
                            + "”; names in addresses are unique.");
                }
                all.add(initiative);
            }
        }
        all.forEach(initiatives::enter);
        return all.size();
    }

    /** Files of the European Central Bank as they are, and ours with what it does not publish. */
    private void loadRates(Path folder) {
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".yaml")) {
                ratesByHand(file);
            } else if (name.endsWith(".xml") || name.endsWith(".csv")) {
                importFile(file);
            }
        }
    }

    private void importFile(Path file) {
        try {
            rates.imported(Files.readAllBytes(file));
        } catch (Problem refused) {
            throw new FileFault(file + ": " + refused.message().inEnglish());
        } catch (IOException unreadable) {
            throw new FileFault(file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private void ratesByHand(Path file) {
        YamlPart root = YamlPart.read(file);
        Map<String, YamlPart> fields = root.fields(Set.of("sources", "rates"));
        Sources sources = Sources.of(root.need(fields, "sources"));
        for (YamlPart part : root.need(fields, "rates").list()) {
            Map<String, YamlPart> rate = part.fields(Set.of("currency", "day", "per-euro", "mark", "sources"));
            YamlPart code = part.need(rate, "currency");
            YamlPart markPart = part.need(rate, "mark");
            Mark mark = markPart.one(Mark.class);
            if (mark == Mark.UNVERIFIED) {
                throw markPart.fault("a rate is calculated with, so it cannot be UNVERIFIED; find a better source.");
            }
            String currency = code.matching("[A-Z]{3}", "a currency as ISO 4217 writes it: AED");
            if (currency.equals(Rate.EURO) || !InitiativeCheck.isCurrency(currency)) {
                throw code.fault("“" + currency + "” is no currency that has a rate to the euro.");
            }
            rates.enter(new Rate(
                    part.need(rate, "day").day(),
                    currency,
                    part.need(rate, "per-euro").amount(),
                    mark,
                    sources.named(part.need(rate, "sources"), mark)));
        }
    }

    private static List<Path> files(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            return sorted;
        } catch (IOException unreadable) {
            throw new FileFault(folder + " is not a folder that can be read.");
        }
    }
}
