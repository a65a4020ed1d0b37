"""A stranger's program: OpenAI's own client against the platform, unchanged.

Usage: OPENAI_BASE_URL=http://127.0.0.1:8080/v1 OPENAI_API_KEY=aik_... python3 chat.py MODEL
Ends with the status 0 when everything is as the client expects it.
"""

import sys

import openai


def main(model: str) -> None:
    client = openai.OpenAI(timeout=180)
    assert model in [each.id for each in client.models.list()], "the model is not listed"

    question = [{"role": "user", "content": "to be or not?"}]
    answer = client.chat.completions.create(model=model, messages=question, max_tokens=8)
    assert answer.choices[0].message.role == "assistant"
    assert 1 <= answer.usage.completion_tokens <= 8

    words, pieces, usage = "", 0, None
    stream = client.chat.completions.create(
        model=model, messages=question, max_tokens=20, stream=True, stream_options={"include_usage": True}
    )
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            words += chunk.choices[0].delta.content
            pieces += 1
        usage = chunk.usage or usage
    assert pieces > 1 and usage is not None, "the answer did not come in pieces"
    assert usage.completion_tokens >= 1

    text = client.completions.create(model=model, prompt="to be", max_tokens=4)
    assert isinstance(text.choices[0].text, str)

    refused(openai.AuthenticationError, lambda: openai.OpenAI(api_key="aik_wrong").models.list())
    refused(openai.NotFoundError, lambda: client.chat.completions.create(model="no-such-model", messages=question))
    refused(
        openai.BadRequestError,
        lambda: client.chat.completions.create(model=model, messages=question, temperature=7),
    )
    print(f"{openai.__version__}: {words!r}")


def refused(kind: type[Exception], call) -> None:
    try:
        call()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


if __name__ == "__main__":
    main(sys.argv[1])
