package dev.latchkey;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.latchkey", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String GENERATED = "dev.latchkey.api..";
    private static final String[] SQL = {
        "org.jdbi..", "java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "org.flywaydb.."
    };

    private static final String LOCALE = "java.util.Locale";

    private static final String SERVER = "dev.latchkey.server..";

    @ArchTest
    static final ArchRule theServerKnowsNoRoom = classes()
            .that()
            .resideInAPackage(SERVER)
            .should()
            .onlyDependOnClassesThat(outside().or(resideInAnyPackage(SERVER, GENERATED)));

    @ArchTest
    static final ArchRule theServerKnowsNoGeneratedBodyButTheError = noClasses()
            .that()
            .resideInAPackage(SERVER)
            .and()
            .resideOutsideOfPackage("dev.latchkey.server.problem")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(GENERATED);

    @ArchTest
    static final ArchRule credentialsKnowOnlyTheServer = knowsOnlyTheServer("credentials");

    @ArchTest
    static final ArchRule sessionsKnowOnlyTheServer = knowsOnlyTheServer("sessions");

    @ArchTest
    static final ArchRule keysKnowOnlyTheServer = knowsOnlyTheServer("keys");

    @ArchTest
    static final ArchRule dataKnowsOnlyTheServer = knowsOnlyTheServer("data");

    @ArchTest
    static final ArchRule docsKnowOnlyTheServer = knowsOnlyTheServer("docs");

    @ArchTest
    static final ArchRule pagesKnowOnlyTheServer = knowsOnlyTheServer("pages");

    @ArchTest
    static final ArchRule healthKnowsOnlyTheServer = knowsOnlyTheServer("health");

    @ArchTest
    static final ArchRule mailKnowsOnlyTheServer = knowsOnlyTheServer("mail");

    @ArchTest
    static final ArchRule accountsKnowCredentialsSessionsAndData =
            knowsOnlyTheServer("accounts", "credentials", "credentials.recovery", "mail", "sessions", "data");

    @ArchTest
    static final ArchRule loginKnowsCredentialsAndSessions =
            knowsOnlyTheServer("login", "credentials", "credentials.recovery", "sessions");

    @ArchTest
    static final ArchRule recoveryKnowsCredentialsMailAndSessions =
            knowsOnlyTheServer("credentials.recovery", "credentials", "mail", "sessions");

    private static ArchRule knowsOnlyTheServer(String room, String... others) {
        String[] known = Stream.concat(Stream.of(room), Stream.of(others))
                .map("dev.latchkey."::concat)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage("dev.latchkey." + room)
                .should()
                .onlyDependOnClassesThat(
                        outside().or(resideInAnyPackage(SERVER, GENERATED)).or(resideInAnyPackage(known)));
    }

    private static DescribedPredicate<JavaClass> outside() {
        return not(resideInAPackage("dev.latchkey.."));
    }

    @ArchTest
    static final ArchRule onlyTheApplicationKnowsTheCommands = noClasses()
            .that()
            .resideOutsideOfPackages("dev.latchkey", "dev.latchkey.cli")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.latchkey.cli");

    @ArchTest
    static final ArchRule roomsMakeNoCircle = slices().matching("dev.latchkey.(*)..")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(
                    // A generated interface names the caller, and constraints of ours.
                    resideInAPackage(GENERATED), resideInAPackage(SERVER));

    @ArchTest
    static final ArchRule roomsOfTheServerMakeNoCircle =
            slices().matching("dev.latchkey.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule auditAndHealthAndNamesAndMaintenanceKnowNothingOfOurs = classes()
            .that()
            .resideInAnyPackage(
                    "dev.latchkey.server.audit",
                    "dev.latchkey.server.health",
                    "dev.latchkey.server.names",
                    "dev.latchkey.server.maintenance")
            .should()
            .onlyDependOnClassesThat(outside()
                    .or(resideInAnyPackage(
                            "dev.latchkey.server.audit",
                            "dev.latchkey.server.health",
                            "dev.latchkey.server.names",
                            "dev.latchkey.server.maintenance")));

    @ArchTest
    static final ArchRule onlyThoseWhoTranslateKnowTheGeneratedBodies = noClasses()
            .that(not(resideInAnyPackage(GENERATED, "dev.latchkey.server.problem", "dev.latchkey.cli")))
            .and()
            .haveNameNotMatching(".*(Resource|Room|Filter|Bodies|GoodPassword(\\$Check)?)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(GENERATED);

    @ArchTest
    static final ArchRule onlyStoresAndDatabaseKnowSql = noClasses()
            .that()
            .resideOutsideOfPackage("dev.latchkey.server.database")
            .and()
            .haveSimpleNameNotEndingWith("Store")
            .and()
            // It hands the transaction of another room's store to its own.
            .doNotHaveSimpleName("Outbox")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SQL);

    @ArchTest
    static final ArchRule onlyDatabaseKnowsWhichDatabaseItIs = noClasses()
            .that()
            .resideOutsideOfPackage("dev.latchkey.server.database")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..", "org.postgresql..", "org.flywaydb..");

    @ArchTest
    static final ArchRule storesKnowNoService = noClasses()
            .that()
            .haveSimpleNameEndingWith("Store")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("dev\\.latchkey\\..*(Resource|\\.Users|\\.LogIn|\\.Entries|\\.Credentials)");

    @ArchTest
    static final ArchRule resourcesDoNotKnowStores = noClasses()
            .that()
            .haveSimpleNameEndingWith("Resource")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameEndingWith("Store");

    @ArchTest
    static final ArchRule nothingDependsOnTheDefaultLocale = noClasses()
            .should()
            .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("goes by the default locale") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return access.getTarget() instanceof CodeUnitAccessTarget target && goesByDefaultLocale(target);
                }
            });

    /** Whether the JDK has the same with a locale, or there is no way to give it one. */
    private static boolean goesByDefaultLocale(CodeUnitAccessTarget target) {
        if (!target.getOwner().getPackageName().startsWith("java.")) {
            return false;
        }
        List<String> given =
                target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        boolean hasTwin = target.getOwner().getCodeUnits().stream()
                .filter(other -> other.getName().equals(target.getName()))
                .map(other -> other.getRawParameterTypes().stream()
                        .map(JavaClass::getName)
                        .toList())
                .anyMatch(types -> types.contains(LOCALE)
                        && given.equals(types.stream()
                                .filter(type -> !type.equals(LOCALE))
                                .toList()));
        return hasTwin
                || target.getFullName().startsWith("java.lang.String.formatted(")
                || target.getFullName().startsWith("java.text.MessageFormat.format(")
                || target.getFullName().startsWith("java.util.Scanner.<init>(")
                || target.getFullName().startsWith("java.util.Locale.getDefault(");
    }

    @ArchTest
    static final ArchRule ourClassesAreFinal = classes()
            .that()
            .resideOutsideOfPackage(GENERATED)
            .and()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .doNotHaveSimpleName("ProblemMapper")
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule nothingIsMeasuredByAnnotations = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.codahale.metrics.annotation..")
            .because("JerseyContainer leaves out who would look at them");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils");
}
