/* Shows an answer while it is written. Without this script the form works all the same, with a reload. */
const form = document.getElementById("ask");
const talk = document.getElementById("talk");

function add(kind, who, text) {
  const item = document.createElement("li");
  item.className = kind;
  const name = document.createElement("p");
  name.className = "who";
  name.textContent = who;
  const said = document.createElement("div");
  said.className = "said";
  said.dir = "auto";
  said.textContent = text;
  item.append(name, said);
  talk.append(item);
  item.scrollIntoView({ block: "end" });
  return said;
}

async function ask(prompt) {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { accept: "text/event-stream" },
    body: new URLSearchParams({ prompt }),
  });
  if (!response.ok || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    form.submit();
    return;
  }
  add("user", "You", prompt);
  const said = add("specialist", form.dataset.specialist, "");
  form.reset();
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const step = JSON.parse(part.slice(part.indexOf("data: ") + 6));
      if (step.step === "piece") said.textContent += step.text;
      if (step.step === "refused") said.textContent = `Sorry: ${step.why}.`;
      if (step.step === "done") {
        const purse = document.querySelector(".purse");
        purse.textContent = `${Number.parseInt(purse.textContent, 10) - step.credits} credits`;
      }
    }
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await ask(new FormData(form).get("prompt"));
  } finally {
    button.disabled = false;
    form.querySelector("textarea").focus();
  }
});
form?.querySelector("textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
