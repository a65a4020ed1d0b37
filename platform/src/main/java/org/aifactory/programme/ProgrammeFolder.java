package org.aifactory.programme;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Fact;
import org.aifactory.identity.AuditTrail;
import org.aifactory.programme.ProgrammeFile.CallFile;
import org.aifactory.programme.ProgrammeFile.ProposalFile;
import org.aifactory.programme.ProgrammeFile.RoundEntry;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.Rounds.Round;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters rounds that were announced elsewhere: the call, what was selected, and the announced totals as the only booking. */
@Service
public class ProgrammeFolder {
    private static final String CALL = "call.yaml";
    private static final String PROPOSALS = "proposals";

    private final CallTable calls;
    private final Rounds rounds;
    private final ProposalTable proposals;
    private final Countries countries;
    private final AuditTrail audit;
    private final InstantSource clock;

    ProgrammeFolder(
            CallTable calls,
            Rounds rounds,
            ProposalTable proposals,
            Countries countries,
            AuditTrail audit,
            InstantSource clock) {
        this.calls = calls;
        this.rounds = rounds;
        this.proposals = proposals;
        this.countries = countries;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Enters a folder, or, where one of its files is not as it should be, nothing of it. The same folder again changes nothing; a changed
     * one brings up to date what is known by its slug.
     *
     * @throws FileFault which names the file and the place
     */
    @Transactional
    public void load(Path folder) {
        Path callFile = folder.resolve(CALL);
        CallFile read = ProgrammeFile.read(callFile, CallFile.class);
        List<Path> files = proposalFiles(folder.resolve(PROPOSALS));
        Call call = enter(callFile, read);
        for (RoundEntry entry : read.rounds()) {
            enter(callFile, call, entry, read.sources());
        }
        files.forEach(file -> enter(file, call, ProgrammeFile.read(file, ProposalFile.class)));
    }

    private static List<Path> proposalFiles(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.yaml")) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            return sorted;
        } catch (IOException unreadable) {
            throw new FileFault(folder + " is not a folder that can be read.");
        }
    }

    private Call enter(Path file, CallFile read) {
        CallDefinition raw = read.definition();
        CallKind kind = read.kind();
        if (raw == null || kind == null) {
            return calls.named(read.slug())
                    .filter(Call::isImported)
                    .orElseThrow(() -> new FileFault(file + ", slug: no file that was read before has the call “"
                            + read.slug() + "”, so its kind and definition belong here."));
        }
        CallDefinition definition = withAddresses(file, raw, read.sources());
        Call wanted = new Call(CallId.random(), read.slug(), kind, true, 1, definition, Optional.empty(), true);
        if (calls.add(wanted, null, now())) {
            audit.record(null, null, "call.imported", wanted.subject(), Map.of("slug", wanted.slug()));
            return wanted;
        }
        Call known = calls.lock(read.slug()).orElseThrow();
        if (!known.isImported()) {
            throw new FileFault(
                    file + ": the call “" + known.slug() + "” was written on this platform; choose another name.");
        }
        if (!known.definition().equals(definition)) {
            calls.change(known, kind, definition);
        }
        return known;
    }

    private static CallDefinition withAddresses(Path file, CallDefinition raw, Map<String, String> sources) {
        return new CallDefinition(
                raw.title(),
                raw.text(),
                raw.zone(),
                raw.opens(),
                raw.closes(),
                raw.cutOffs(),
                raw.budgetCents(),
                raw.categories(),
                raw.rules(),
                raw.parts(),
                raw.documents(),
                raw.scheme(),
                raw.panel(),
                ProgrammeFile.facts(file, sources, raw.facts()));
    }

    private void enter(Path file, Call call, RoundEntry entry, Map<String, String> sources) {
        if (entry.mark() == Mark.UNVERIFIED) {
            throw new FileFault(file + ", rounds, " + entry.slug()
                    + ": what is booked cannot be UNVERIFIED; find a better source, or leave the round out.");
        }
        Long union = entry.unionEuro();
        Long states = entry.statesEuro();
        List<Fact> facts = new ArrayList<>(ProgrammeFile.facts(file, sources, entry.facts()));
        if (union != null && states != null) {
            facts.addFirst(total(file, entry, union, states, sources));
        } else if (union != null || states != null) {
            throw new FileFault(file + ", rounds, " + entry.slug()
                    + ": what the Union pays and what the states pay stand here both, or neither.");
        }
        LocalDateTime local = entry.cutOff();
        Instant cutOff = local == null
                ? null
                : local.atZone(ZoneId.of(call.definition().zone())).toInstant();
        Round round = rounds.named(entry.slug())
                .orElseGet(() ->
                        rounds.open(entry.slug(), call.id(), cutOff, entry.announced(), OptionalLong.empty(), facts));
        if (!round.call().equals(call.id())) {
            throw new FileFault(file + ": another call has the round “" + entry.slug() + "”.");
        }
        rounds.change(round.id(), cutOff, entry.announced(), facts);
        rounds.book(round, union == null ? 0 : cents(file, union), states == null ? 0 : cents(file, states));
    }

    private static Fact total(Path file, RoundEntry entry, long union, long states, Map<String, String> sources) {
        String told = String.format(
                java.util.Locale.ROOT,
                "EUR %,d = %,d (Union) + %,d (states)",
                Math.addExact(union, states),
                union,
                states);
        Fact fact = new Fact("announced-total", told, entry.mark(), entry.sources());
        return ProgrammeFile.facts(file, sources, List.of(fact)).getFirst();
    }

    private static long cents(Path file, long euros) {
        if (euros < 0 || euros > CallRules.MOST_CENTS / 100) {
            throw new FileFault(file + ": " + euros + " euros are not what a round can have.");
        }
        return euros * 100;
    }

    private void enter(Path file, Call call, ProposalFile read) {
        Round round = rounds.named(read.round())
                .filter(known -> known.call().equals(call.id()))
                .orElseThrow(() -> new FileFault(file + ", round: the call has no round “" + read.round() + "”."));
        ProposalContent content = read.content(file);
        requireUsable(file, content);
        proposals.enter(read.slug(), call.id(), round.id(), content, now());
    }

    private void requireUsable(Path file, ProposalContent content) {
        long hosts = content.consortium().stream()
                .filter(member -> member.role() == Role.HOST)
                .count();
        if (content.title().isEmpty() || hosts != 1) {
            throw new FileFault(file + ": a proposal has a title, and one country is its HOST.");
        }
        Set<String> seen = new HashSet<>();
        for (Member member : content.consortium()) {
            if (!countries.exists(member.country()) || !seen.add(member.country())) {
                throw new FileFault(file + ", consortium: “" + member.country()
                        + "” is no country of ISO 3166-1, or stands there twice.");
            }
            Long share = member.shareCents();
            Mark mark = member.mark();
            requireKnown(file, member, share, mark);
        }
    }

    private static void requireKnown(Path file, Member member, @Nullable Long share, @Nullable Mark mark) {
        boolean isKnown = share == null
                || (share >= 0
                        && share <= CallRules.MOST_CENTS
                        && mark != null
                        && mark != Mark.UNVERIFIED
                        && !member.sources().isEmpty());
        if (!isKnown) {
            throw new FileFault(
                    file + ", consortium, " + member.country()
                            + ": a share has a mark, which is not UNVERIFIED, and a source; one that was not published is left out.");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
