import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONValue;
import org.apache.commons.lang.StringEscapeUtils;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/** Evaluates mapping templates with the variables that API Gateway gives them:
 *  Mapping CASES, a JSON list of {template, body, params}; prints a list of {text, status, error}. */
public class Mapping {
    public static class Input {
        private final String body;
        private final Map<String, Object> params;

        Input(String body, Map<String, Object> params) {
            this.body = body;
            this.params = params;
        }

        public Object path(String path) {
            try {
                return JsonPath.read(body, path);
            } catch (PathNotFoundException absent) {
                return null;
            }
        }

        public String json(String path) {
            return JSONValue.toJSONString(path(path));
        }

        public String params(String name) {
            return (String) params.getOrDefault(name, "");
        }

        public String getBody() {
            return body;
        }
    }

    public static class Util {
        public String escapeJavaScript(String text) {
            return StringEscapeUtils.escapeJavaScript(text);
        }

        public String urlEncode(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        public String base64Encode(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        public String base64Decode(String text) {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        }

        public Object parseJson(String text) {
            return JsonPath.parse(text).json();
        }
    }

    private static Map<String, Object> evaluate(VelocityEngine engine, Map<String, Object> one) {
        Map<String, Object> override = new HashMap<>(Map.of("header", new HashMap<>())), out = new HashMap<>();
        @SuppressWarnings("unchecked")
        Map<String, Object> params = (Map<String, Object>) one.get("params");
        VelocityContext context = new VelocityContext();
        context.put("input", new Input((String) one.get("body"), params));
        context.put("util", new Util());
        context.put("context", new HashMap<>(Map.of("requestId", "request", "responseOverride", override)));
        StringWriter text = new StringWriter();
        try {
            engine.evaluate(context, text, "template", (String) one.get("template"));
            out.put("text", text.toString());
            out.put("status", override.get("status"));
        } catch (RuntimeException wrong) {
            out.put("error", wrong.toString());
        }
        return out;
    }

    public static void main(String[] args) throws Exception {
        VelocityEngine engine = new VelocityEngine();
        engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        engine.init();
        List<Map<String, Object>> cases = JsonPath.parse(Files.readString(Path.of(args[0]))).json();
        List<Object> out = new ArrayList<>();
        for (Map<String, Object> one : cases)
            out.add(evaluate(engine, one));
        System.out.println(JSONValue.toJSONString(out));
    }
}
