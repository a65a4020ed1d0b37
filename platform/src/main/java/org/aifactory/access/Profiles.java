package org.aifactory.access;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What organisations say of themselves: asked once, used in every application. */
@Service
class Profiles {
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Policy policy;
    private final Organisations organisations;
    private final AuditTrail audit;
    private final InstantSource clock;

    Profiles(
            JdbcClient jdbc,
            JsonMapper json,
            Policy policy,
            Organisations organisations,
            AuditTrail audit,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.policy = policy;
        this.organisations = organisations;
        this.audit = audit;
        this.clock = clock;
    }

    /** The organisation, where the person may see what is its own. */
    Organisation find(Actor actor, OrganisationId id) {
        actor.requireMaySee(id, "organisation", id);
        return organisations.find(id).orElseThrow(() -> Problem.notFound("organisation", id));
    }

    /** The answers by question; none where nothing was ever saved. */
    Map<String, Object> answers(OrganisationId organisation) {
        return jdbc.sql("select answers from access.profile where organisation = :organisation")
                .param("organisation", organisation.value())
                .query(String.class)
                .optional()
                .map(answers -> json.readValue(answers, ANSWERS))
                .orElse(Map.of());
    }

    /**
     * What is saved, with what is given beside or instead of it; an answer that is null is taken out.
     *
     * @param faults takes what is wrong
     */
    Map<String, Object> merged(Organisation organisation, Map<String, ?> given, List<FieldFault> faults) {
        Map<String, Object> answers = new LinkedHashMap<>(answers(organisation.id()));
        Map<String, Object> right = new Answers(policy.profile(), organisation.kind()).read("profile", given, faults);
        given.forEach((id, answer) -> {
            if (answer == null || answer.equals("")) {
                answers.remove(id);
            }
        });
        answers.putAll(right);
        return answers;
    }

    /**
     * Saves the answers, and takes out what is not among them.
     *
     * @throws Problem that names each answer that is wrong
     */
    @Transactional
    Map<String, Object> save(Actor actor, OrganisationId id, Map<String, ?> given) {
        actor.requireMayChange(id, "organisation", id);
        Organisation organisation = find(actor, id);
        List<FieldFault> faults = new ArrayList<>();
        Map<String, Object> answers = new Answers(policy.profile(), organisation.kind()).read("answers", given, faults);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        keep(actor, organisation, answers);
        return answers;
    }

    /** Writes down answers that were checked. */
    void keep(Actor actor, Organisation organisation, Map<String, Object> answers) {
        int changed = jdbc.sql("""
                insert into access.profile (organisation, answers, saved_by, saved_at) values (:organisation, :answers::jsonb, :by, :now)
                on conflict (organisation) do update
                   set answers = excluded.answers, saved_by = excluded.saved_by, saved_at = excluded.saved_at
                 where profile.answers <> excluded.answers
                """)
                .param("organisation", organisation.id().value())
                .param("answers", json.writeValueAsString(answers))
                .param("by", actor.person().value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        if (changed == 1) {
            audit.record(
                    actor.person(),
                    organisation.id(),
                    "profile.saved",
                    "organisation " + organisation.id(),
                    Map.of("answered", answers.keySet()));
        }
    }
}
