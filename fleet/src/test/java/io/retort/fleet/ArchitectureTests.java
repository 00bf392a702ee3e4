package io.retort.fleet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTests {

    /// From protobuf descriptions.
    private static final Set<String> GENERATED =
            Set.of(
                    "io.retort.contract.v1",
                    "io.retort.gateway.oip.grpc",
                    "io.retort.gateway.outbox.stored");

    private static final Set<String> SERVICES =
            Set.of("teacher", "distillation", "registry", "gateway");

    private JavaClasses house;

    @BeforeAll
    void read() {
        house =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.retort");
        assertThat(packages()).as("modules on the class path").hasSizeGreaterThan(20);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.retort.(**)").should().beFreeOfCycles().check(house);
    }

    @Test
    void servicesNeverCallEachOther() {
        for (String service : SERVICES) {
            for (String other : SERVICES) {
                if (!service.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("io.retort." + service + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("io.retort." + other + "..")
                            .check(house);
                }
            }
        }
    }

    @Test
    void accessKnowsNothingOfWhatItGuards() {
        noClasses()
                .that()
                .resideInAPackage("io.retort.access..")
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("io.retort..")
                                .and(
                                        JavaClass.Predicates.resideOutsideOfPackage(
                                                "io.retort.access..")))
                .check(house);
    }

    @Test
    void onlyTheFilterChainOfTheHouseIsInARequestsWay() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.security.web..",
                        "org.springframework.security.config..")
                .check(house);
    }

    @Test
    void nothingButTheFleetKnowsTheFleet() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.retort.fleet..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.retort.fleet..")
                .check(house);
    }

    @Test
    void whatServicesShareIsFreeOfSpring() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.retort.contract..", "io.retort.preprocessing..", "io.retort.learning..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(house);
    }

    @Test
    void onlyTrainingKnowsDjlAndTheGatewayOnlyOnnxRuntime() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.retort.gateway..",
                        "io.retort.registry..",
                        "io.retort.contract..",
                        "io.retort.preprocessing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", "io.retort.learning..")
                .check(house);
    }

    @Test
    void onlyTheRegistryKnowsSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.retort.registry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
                .check(house);
    }

    @Test
    void namesSayWhatAClassIsRatherThanThatItIsOne() {
        classes()
                .that()
                .resideOutsideOfPackages(GENERATED.toArray(new String[0]))
                .should()
                .haveNameNotMatching(
                        ".*(Impl|Utils?|Helper|Manager|Dto|DTO|Base|Abstract[A-Z].*|Facade|"
                                + "ServiceImpl|Mapper)$")
                .check(house);
    }

    @Test
    void packagesAreFeaturesRatherThanLayers() {
        Set<String> layers =
                Set.of("common", "core", "util", "utils", "dto", "service", "config", "impl");
        assertThat(packages().keySet())
                .as("package names")
                .noneMatch(name -> layers.contains(name.substring(name.lastIndexOf('.') + 1)));
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        packages()
                .forEach((name, pack) -> {
                    if (!GENERATED.contains(name)
                            && pack.tryGetPackageInfo()
                                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                                    .isEmpty()) {
                        unmarked.add(name);
                    }
                });
        assertThat(unmarked).as("packages without @NullMarked").isEmpty();
    }

    private Map<String, JavaPackage> packages() {
        return house.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .collect(Collectors.toMap(JavaPackage::getName, pack -> pack));
    }
}
