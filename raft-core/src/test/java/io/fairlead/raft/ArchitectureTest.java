package io.fairlead.raft;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Who may know whom inside this module, and what keeps the core deterministic. */
@AnalyzeClasses(packages = "io.fairlead.raft", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.fairlead.raft";
    private static final String SPI = "io.fairlead.raft.spi..";
    private static final String MESSAGE = "io.fairlead.raft.message..";
    private static final String CORE = "io.fairlead.raft.core..";
    private static final String RUNTIME = "io.fairlead.raft.runtime..";
    private static final String SESSION = "io.fairlead.raft.session..";
    private static final String STORAGE = "io.fairlead.raft.storage..";

    @ArchTest
    static final ArchRule core_has_no_clock_thread_io_logger_or_randomness = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.net..",
                            "java.nio.channels..",
                            "java.util.concurrent..",
                            "java.util.random..",
                            "org.slf4j..")
                    .or(belongToAnyOf(Thread.class, Random.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .allowEmptyShould(true);

    /** The iteration order of these differs between runs, {@code Set.of} and {@code Map.of} included. */
    @ArchTest
    static final ArchRule core_has_no_collection_without_an_order = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat(belongToAnyOf(HashMap.class, HashSet.class))
            .orShould()
            .callMethodWhere(target(owner(assignableTo(Set.class).or(assignableTo(Map.class))))
                    .and(target(nameMatching("of|ofEntries|copyOf"))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_knows_only_messages = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(CORE, MESSAGE, "java..", "org.jspecify.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule messages_know_only_java = classes()
            .that()
            .resideInAPackage(MESSAGE)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(MESSAGE, "java..", "org.jspecify.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_composition_knows_the_runtime = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, RUNTIME)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(RUNTIME)
            .allowEmptyShould(true);

    /** Groups without sessions pay nothing for them, and whoever embeds the library could have written them. */
    @ArchTest
    static final ArchRule sessions_stand_on_the_public_interfaces = classes()
            .that()
            .resideInAPackage(SESSION)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(SESSION, ROOT, SPI, MESSAGE, "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule nothing_but_the_composition_knows_sessions = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, SESSION)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SESSION);

    @ArchTest
    static final ArchRule core_messages_and_spi_do_not_know_storage = noClasses()
            .that()
            .resideInAnyPackage(CORE, MESSAGE, SPI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORAGE, RUNTIME)
            .allowEmptyShould(true);
}
