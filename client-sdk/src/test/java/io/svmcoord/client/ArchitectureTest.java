package io.svmcoord.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The SDK knows the contract and gRPC, nothing of the coordinator's insides. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.svmcoord.client");

  @Test
  void client_dependencies_leaveOutServerAndLoadtest() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.svmcoord.server..", "io.svmcoord.loadtest..")
        .check(CLASSES);
  }

  @Test
  void packages_dependencies_haveNoCycle() {
    slices()
        .matching("io.svmcoord.client.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
