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

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.latchkey", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String GENERATED = "dev.latchkey.api..";
    private static final String[] SQL = {
        "org.jdbi..", "java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "org.flywaydb.."
    };

    private static final String LOCALE = "java.util.Locale";

    @ArchTest
    static final ArchRule roomsMakeNoCycle = slices().matching("dev.latchkey.(*)..")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(
                    // A generated interface names the caller, and nothing else of ours.
                    resideInAPackage(GENERATED), resideInAPackage("dev.latchkey.auth"));

    @ArchTest
    static final ArchRule onlyThoseWhoTranslateKnowTheGeneratedBodies = noClasses()
            .that(not(resideInAnyPackage(
                    GENERATED, "dev.latchkey.problem", "dev.latchkey.http", "dev.latchkey.cli", "dev.latchkey")))
            .and()
            .haveSimpleNameNotEndingWith("Resource")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(GENERATED);

    @ArchTest
    static final ArchRule onlyStoresAndDatabaseKnowSql = noClasses()
            .that()
            .resideOutsideOfPackage("dev.latchkey.database")
            .and()
            .haveSimpleNameNotEndingWith("Store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SQL);

    @ArchTest
    static final ArchRule onlyDatabaseKnowsWhichDatabaseItIs = noClasses()
            .that()
            .resideOutsideOfPackage("dev.latchkey.database")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..", "org.postgresql..", "org.flywaydb..");

    @ArchTest
    static final ArchRule authAndProblemKnowNoFeature = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.latchkey.auth",
                    "dev.latchkey.problem",
                    "dev.latchkey.http",
                    "dev.latchkey.database",
                    "dev.latchkey.address",
                    "dev.latchkey.limits")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.latchkey.users", "dev.latchkey.tokens", "dev.latchkey.data");

    @ArchTest
    static final ArchRule addressesKnowNothingOfOurs = noClasses()
            .that()
            .resideInAPackage("dev.latchkey.address")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.latchkey..").and(not(resideInAPackage("dev.latchkey.address"))));

    @ArchTest
    static final ArchRule dataDoNotKnowLimits = noClasses()
            .that()
            .resideInAPackage("dev.latchkey.data")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.latchkey.limits", "dev.latchkey.address");

    @ArchTest
    static final ArchRule usersAndDataDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage("dev.latchkey.users")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.latchkey.data");

    @ArchTest
    static final ArchRule dataDoesNotKnowUsersOrTokens = noClasses()
            .that()
            .resideInAPackage("dev.latchkey.data")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.latchkey.users", "dev.latchkey.tokens", "dev.latchkey.sessions", "dev.latchkey.account");

    @ArchTest
    static final ArchRule sessionsKnowNoOtherFeature = noClasses()
            .that()
            .resideInAPackage("dev.latchkey.sessions")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.latchkey.users", "dev.latchkey.tokens", "dev.latchkey.data", "dev.latchkey.account");

    @ArchTest
    static final ArchRule anythingMayRecordEventsWhichKnowNothing = noClasses()
            .that()
            .resideInAnyPackage("dev.latchkey.audit", "dev.latchkey.patch")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.latchkey..")
                    .and(not(resideInAnyPackage("dev.latchkey.audit", "dev.latchkey.patch", "dev.latchkey.problem"))));

    @ArchTest
    static final ArchRule storesKnowNoService = noClasses()
            .that()
            .haveSimpleNameEndingWith("Store")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("dev\\.latchkey\\..*(Resource|\\.Users|\\.Tokens|\\.Entries)");

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
