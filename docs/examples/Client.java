import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A client system of the platform in Java 11 or newer; nothing but the JDK.
 *
 * <pre>CREDIT_BASE=https://credit.example CREDIT_CLIENT=hall CREDIT_SECRET=... \
 * java Client.java POST /api/v1/checks &lt; body.json</pre>
 */
public class Client {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    /** Keep the nonce with your own record, and send the same again after a time-out. */
    static HttpResponse<String> call(String method, String path, String query, byte[] body, String nonce)
            throws Exception {
        String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
        String[] pairs = query.split("&");
        Arrays.sort(pairs);
        String sorted = String.join("&", pairs);
        String text = String.join("\n", method, path, sorted,
                hex(MessageDigest.getInstance("SHA-256").digest(body)), timestamp, nonce);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(System.getenv("CREDIT_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        HttpRequest request = HttpRequest
                .newBuilder(URI.create(System.getenv("CREDIT_BASE") + path + (sorted.isEmpty() ? "" : "?" + sorted)))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .header("X-Client", System.getenv("CREDIT_CLIENT"))
                .header("X-Timestamp", timestamp)
                .header("X-Nonce", nonce)
                .header("X-Signature", hex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8))))
                .method(method, body.length == 0 ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    static String hex(byte[] bytes) {
        return String.format("%0" + bytes.length * 2 + "x", new BigInteger(1, bytes));
    }

    public static void main(String[] args) throws Exception {
        byte[] body = args[0].equals("GET") ? new byte[0] : System.in.readAllBytes();
        String[] place = args[1].split("\\?", 2);
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String nonce = System.getenv().getOrDefault("CREDIT_NONCE", hex(random));
        HttpResponse<String> answer = call(args[0], place[0], place.length > 1 ? place[1] : "", body, nonce);
        System.out.write((answer.body() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        System.exit(answer.statusCode() == 200 ? 0 : 1);
    }
}
