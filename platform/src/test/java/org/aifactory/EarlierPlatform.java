package org.aifactory;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client.Answer;
import org.aifactory.backup.Backup;
import org.aifactory.data.Sender;
import tools.jackson.databind.JsonNode;

/**
 * Makes what {@link UpgradeTest} brings back: the backup of a platform on which a founder and an operator have done a little of all. Start
 * the platform whose schema is to be kept, in an empty home folder, by its own {@code ./aifactory up --home HOME}; then run this program
 * with the class path of the tests, and add the name of the archive to the test:
 *
 * <pre>java -cp … org.aifactory.EarlierPlatform ADDRESS CODE HOME platform/src/test/resources/upgrade/NAME.zip</pre>
 *
 * CODE is the one for the first administrator, which the platform prints. The passwords and people in the archive are of no use elsewhere.
 */
public final class EarlierPlatform {
    static final String FOUNDER = "aino@example.org";
    static final String OPERATOR = "oona@example.org";
    static final String PATH = "handbook.txt";
    static final String TEXT = "What we know.\n";
    static final String POOL = "/api/partitions/local-cpu";
    static final int FILLED = 1000;
    static final int GRANTED = 100;
    private static final int NOT_FOUND = 404;

    private EarlierPlatform() {}

    public static void main(String[] arguments) {
        Client nobody = Client.at(arguments[0]);
        Client operator = operator(nobody, arguments[1]);
        Client founder = founder(nobody);
        upload(new Sender(founder));
        fill(operator);
        apply(founder);
        Backup.main(new String[] {arguments[3], "--home", arguments[2], "--force"});
    }

    /** Whoever signs in with the password of the tests. */
    static Client signedIn(Client nobody, String email) {
        return nobody.with(nobody.post("/api/sign-in", Map.of("email", email, "password", Client.PASSWORD))
                .json(200)
                .get("token")
                .asString());
    }

    private static Client operator(Client nobody, String code) {
        nobody.post(
                        "/api/first-administrator",
                        Map.of("code", code, "email", OPERATOR, "name", "Oona", "password", Client.PASSWORD))
                .json(201);
        Client operator = signedIn(nobody, OPERATOR);
        operator.put("/api/factories/local/operator", Map.of("name", "Local", "country", "FI"))
                .json(200);
        return operator;
    }

    private static Client founder(Client nobody) {
        Map<String, String> organisation = Map.of("name", "Aino and friends", "kind", "COMPANY", "country", "FI");
        nobody.post(
                        "/api/sign-up",
                        Map.of(
                                "email",
                                FOUNDER,
                                "name",
                                "Aino",
                                "password",
                                Client.PASSWORD,
                                "organisation",
                                organisation))
                .json(201);
        return signedIn(nobody, FOUNDER);
    }

    private static void upload(Sender sender) {
        String dataset = sender.dataset("Handbook");
        sender.version(dataset, sender.upload(PATH, TEXT)).json(201);
    }

    private static void fill(Client operator) {
        operator.post(
                        POOL + "/fillings",
                        Map.of("hours", FILLED, "unit", "CORE_HOUR", "reason", "test", "key", UUID.randomUUID()))
                .json(201);
    }

    /** Where the platform can be applied to already. */
    private static void apply(Client founder) {
        Map<String, Object> wish = new HashMap<>();
        wish.put("organisation", founder.organisation());
        wish.put("partition", "local-cpu");
        wish.put("hours", GRANTED);
        wish.put("unit", "CORE_HOUR");
        wish.put("project", Map.of("title", "Handbook", "purpose", "Train a model of our handbook."));
        wish.put("profile", Map.of("staff", 4, "turnover", 0));
        Answer answer = founder.post("/api/applications", wish);
        if (answer.status() == NOT_FOUND) {
            System.out.println("It cannot be applied to; the archive has no allocation.");
            return;
        }
        JsonNode application = answer.json(201);
        if (application.path("allocation").asString("").isEmpty()) {
            throw new AssertionError("Nothing was granted: " + application);
        }
        System.out.println(founder.get("/api/allocations").json(200));
    }
}
