package io.svmcoord.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the packages of this module, as their descriptions draw them. */
class ArchitectureTest {
  private static final String ROOT = "io.svmcoord.loadtest";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void packages_haveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void report_dependsOnNoOtherPackageHere() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".report")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".cli",
            ROOT + ".conformance..",
            ROOT + ".ctl",
            ROOT + ".demo",
            ROOT + ".emulator",
            ROOT + ".load",
            ROOT + ".process")
        .check(CLASSES);
  }

  @Test
  void loadAndCtl_speakTheContract_notTheSdk() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".load", ROOT + ".ctl")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.client..", "io.svmcoord.server..", ROOT + ".emulator")
        .check(CLASSES);
  }

  @Test
  void peers_onlySvmKnowsTheContract_noneTheProduct() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".peers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.client..", "io.svmcoord.server..", ROOT + ".emulator")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".peers.relay", ROOT + ".peers.broker", ROOT + ".peers.system")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.v1..", ROOT + ".peers", ROOT + ".peers.svm")
        .check(CLASSES);
  }

  @Test
  void conformanceRun_speaksTheContract_notTheSdk() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".conformance")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.svmcoord.client..", "io.svmcoord.server..", ROOT + ".conformance.device")
        .check(CLASSES);
  }

  @Test
  void deviceUnderTest_knowsNothingOfTheRun() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".conformance.device")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.server..", ROOT + ".conformance")
        .check(CLASSES);
  }

  @Test
  void emulatorsAndChecker_shareNothingWithTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".emulator", ROOT + ".check", ROOT + ".memory")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.svmcoord.server..")
        .check(CLASSES);
  }

  @Test
  void simulatedChecks_shareNothingWithTheProduct() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".sim.check")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.svmcoord.server..", "io.svmcoord.client..", "io.svmcoord.v1..", ROOT + ".sim.world")
        .check(CLASSES);
  }

  @Test
  void simulator_layersPointDownwards() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".sim.core")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.svmcoord.server..", "io.svmcoord.client..", "io.svmcoord.v1..", "io.grpc..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".sim.net")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.server..", "io.svmcoord.client..", "io.svmcoord.v1..")
        .check(CLASSES);
  }
}
