package dev.latchkey.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/** The contract, the server and the SDKs have one version, which only grows. */
final class VersionTest {
    private static final String CURRENT =
            Document.read(Path.of("api/openapi.yaml")).version();

    @Test
    void theContractAndTheServerHaveTheSame()
            throws IOException, ParserConfigurationException, SAXException, XPathExpressionException {
        org.w3c.dom.Document pom =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
        String version = XPathFactory.newInstance().newXPath().evaluate("/project/version", pom);
        assertThat(CURRENT)
                .as("`info.version` in api/openapi.yaml, which is the version in pom.xml")
                .isEqualTo(version);
    }

    @Test
    void itHasThreeNumbers() {
        assertThat(CURRENT).matches("\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void itIsNotBeforeTheLastRelease() {
        String released = Document.read(Path.of("api/released/openapi.yaml")).version();
        assertThat(ModuleDescriptor.Version.parse(CURRENT))
                .isGreaterThanOrEqualTo(ModuleDescriptor.Version.parse(released));
    }
}
