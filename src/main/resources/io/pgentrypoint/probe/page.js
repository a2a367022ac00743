
"use strict";
(() => {
    const EVERY = 5000, PATIENCE = 20000;
    const pause = document.getElementById("pause");
    const notice = document.getElementById("notice");
    let paused = false, asking = false, timer = 0;

    const say = text => {
        if (notice.textContent !== text) {
            notice.textContent = text;
        }
        document.body.className = text ? "stale" : "";
    };

    // Only what has changed is replaced: a screen reader says no more than that.
    const show = next => {
        for (const part of document.querySelectorAll("[data-part]")) {
            const fresh = next.querySelector(`[data-part="${part.dataset.part}"]`);
            if (fresh && part.innerHTML !== fresh.innerHTML) {
                part.replaceChildren(...fresh.childNodes);
            }
            if (fresh && part.className !== fresh.className) {
                part.className = fresh.className;
            }
        }
        document.title = next.title;
    };

    const refresh = async () => {
        clearTimeout(timer);
        if (asking || paused || document.hidden) {
            return;
        }
        asking = true;
        try {
            const answer = await fetch(location.href,
                {cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE)});
            if (!answer.ok) {
                throw new Error(`it answers ${answer.status}`);
            }
            show(new DOMParser().parseFromString(await answer.text(), "text/html"));
            document.documentElement.dataset.refreshed = "yes";
            say("");
        } catch (e) {
            say(`This node does not answer (${e.message}): what is shown is old. Trying again.`);
        }
        asking = false;
        timer = setTimeout(refresh, EVERY);
    };

    pause.hidden = false;
    pause.addEventListener("click", () => {
        paused = !paused;
        pause.textContent = paused ? "Continue" : "Pause";
        refresh();
    });
    document.addEventListener("visibilitychange", refresh);
    timer = setTimeout(refresh, EVERY);
})();
