package org.aifactory;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.aifactory.access.Awards;
import org.aifactory.database.OnTestDatabase;
import org.aifactory.federation.TestPartitions;
import org.aifactory.hosting.Consortiums;
import org.aifactory.identity.OpenIdProvider;
import org.aifactory.programme.Chosen;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;

/** A test that speaks HTTP to the whole platform on a real port, over a database that all such tests share. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        // The engine is built before these tests.
        properties = {"aifactory.home=target/test-home", "aifactory.engine.root=${user.dir}/.."})
@ActiveProfiles("test")
@Import({
    OnTestDatabase.class,
    OpenIdProvider.Accepted.class,
    Client.Factory.class,
    TestClock.class,
    TestMail.class,
    TestPartitions.class,
    Awards.class,
    Chosen.class,
    Consortiums.class
})
public @interface PlatformTest {}
