package io.svmcoord.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md: {@code kernel <- control, service <- transport <- Main}. */
class ArchitectureTest {
  private static final String SERVER = "io.svmcoord.server";
  private static final String KERNEL = SERVER + ".kernel..";
  private static final String CONTROL = SERVER + ".control..";
  private static final String SERVICE = SERVER + ".service..";
  private static final String TRANSPORT = SERVER + ".transport..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(SERVER);

  @Test
  void kernel_dependencies_arePureJava() {
    check(
        classes()
            .that()
            .resideInAPackage(KERNEL)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "org.jspecify.annotations..",
                "com.google.errorprone.annotations..",
                "io.svmcoord.range..",
                KERNEL));
  }

  @Test
  void kernel_dependencies_holdNoThreadNoInputOutputNoClock() {
    check(
        noClasses()
            .that()
            .resideInAPackage(KERNEL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio..", "java.util.logging..", "java.sql..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executor.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class));
  }

  @Test
  void control_dependencies_leaveOutServiceAndTransport() {
    check(
        noClasses()
            .that()
            .resideInAPackage(CONTROL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVICE, TRANSPORT));
  }

  @Test
  void service_dependencies_leaveOutNettyAndTransport() {
    check(
        noClasses()
            .that()
            .resideInAPackage(SERVICE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.grpc.netty..", TRANSPORT));
  }

  @Test
  void packages_dependencies_haveNoCycle() {
    check(slices().matching(SERVER + ".(*)..").should().beFreeOfCycles());
    check(slices().matching(SERVER + ".kernel.(*)..").should().beFreeOfCycles());
  }

  /**
   * Time enters through classes named ...Clock, so that everything else runs under a test's time.
   */
  @Test
  void time_isReadByClocksAlone() {
    check(
        noClasses()
            .that(DescribedPredicate.not(simpleNameEndingWith("Clock")))
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now"));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
