package io.skbstream.demo.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The live page in a headless Chromium, as somebody sees and uses it. Closing it ends the browser. */
public final class LivePage implements AutoCloseable {
    /** A table with more columns than this is wide becomes a list. */
    private static final int PHONE_WIDTH = 390;

    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final By ROWS = By.cssSelector("tbody tr");

    private final ChromeDriver browser;

    private LivePage(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Skips the test, aloud, where there is no browser. */
    public static void assumeThereIsABrowser() {
        assumeTrue(
                program("chromium").isPresent() && program("chromedriver").isPresent(),
                "there is no chromium with its driver; on Debian: apt-get install chromium chromium-driver");
    }

    /** @param profile a folder of its own for the browser's files */
    public static LivePage open(Path profile) {
        var options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // it cannot make one as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=1280,900",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, Level.ALL.getName()));
        System.setProperty(
                ChromeDriverService.CHROME_DRIVER_EXE_PROPERTY,
                program("chromedriver").orElseThrow().toString());
        return new LivePage(new ChromeDriver(options));
    }

    private static Optional<File> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(folder -> !folder.startsWith("/snap")) // which sees no profile below /tmp
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst();
    }

    public void show(String url) {
        browser.get(url);
    }

    /** The row of a host, if it is shown. */
    public Optional<WebElement> row(String host) {
        return browser.findElements(By.cssSelector("tr[data-host='" + host + "']")).stream()
                .findFirst();
    }

    /** What is in a column of a host's row, by the column's class; empty while there is none. */
    public String cell(String host, String column) {
        return row(host)
                .map(row -> row.findElement(By.className(column)).getText())
                .orElse("");
    }

    /** Whether a host's completeness is calm, or which alarm it gives: complete, missing, lost, unknown; empty without a row. */
    public String completeness(String host) {
        return row(host)
                .map(row -> row.findElement(By.cssSelector(".complete .chip"))
                        .getDomAttribute("class")
                        .replace("chip ", ""))
                .orElse("");
    }

    /** Hosts from top to bottom. */
    @SuppressWarnings("unchecked")
    public List<String> hosts() {
        return (List<String>)
                browser.executeScript("return [...document.querySelectorAll('tbody tr')].map(row => row.dataset.host)");
    }

    /** How many rows have this kind of status: live, idle, silent, stopped. */
    public int count(String status) {
        return browser.findElements(By.cssSelector("tbody .status." + status)).size();
    }

    /** Whose traffic the plots show. */
    public String scope() {
        return browser.findElement(By.id("scope")).getText();
    }

    public void sortBy(String title) {
        browser.findElement(By.xpath("//th/button[text()='" + title + "']")).click();
    }

    /** Presses keys, wherever the focus is. */
    public void type(CharSequence... keys) {
        browser.switchTo().activeElement().sendKeys(keys);
    }

    /** Waits until both plots have a value, and their lines have moved. */
    public void awaitThatThePlotsMove() {
        for (String plot : List.of("packets", "bits")) {
            await(plot + " has a value", () -> browser.findElement(By.cssSelector('#' + plot + " b"))
                    .getText()
                    .matches("[1-9].*"));
            String before = canvas(plot);
            await(plot + " moves", () -> !canvas(plot).equals(before));
        }
    }

    private String canvas(String plot) {
        return (String) browser.executeScript("return document.querySelector('#" + plot + " canvas').toDataURL()");
    }

    public void await(String what, BooleanSupplier condition) {
        new WebDriverWait(browser, LIMIT)
                .ignoring(StaleElementReferenceException.class) // the page may draw a row anew between two questions
                .withMessage(() -> what + "; the page: " + text())
                .until(page -> condition.getAsBoolean());
    }

    private String text() {
        return browser.findElement(By.tagName("body")).getText();
    }

    /** For people to look at: the page in light, in dark with a host chosen, and on a phone, in a folder. */
    public void takePictures(Path folder, String chosen) throws IOException {
        picture(folder.resolve("light.png"), "light", 1280, 900);
        row(chosen).orElseThrow().click();
        picture(folder.resolve("dark.png"), "dark", 1280, 900);
        type(Keys.ESCAPE);
        picture(folder.resolve("phone.png"), "light", PHONE_WIDTH, 844);
        await("a phone need not be scrolled sideways", () -> {
            Object width = browser.executeScript("return document.documentElement.scrollWidth");
            return ((Number) width).intValue() == PHONE_WIDTH;
        });
    }

    private void picture(Path file, String scheme, int width, int height) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width == PHONE_WIDTH));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        await(
                "a plot drawn anew",
                () -> (Long) browser.executeScript("return document.querySelector('#packets canvas').width")
                        > width / 4);
        Files.createDirectories(file.getParent());
        Files.copy(browser.getScreenshotAs(OutputType.FILE).toPath(), file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Errors on the browser's console since it was asked last: logged, thrown, or of a request. */
    public List<String> errors() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() {
        browser.quit();
    }
}
