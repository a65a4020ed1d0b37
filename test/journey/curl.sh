#!/usr/bin/env bash
# The whole journey with curl and jq, and nothing but the description of the API: every path, field and example that is used here is
# looked up in it, and what is not described there fails.
#
#   test/journey/curl.sh ADDRESS [LINK]
#
# ADDRESS is of a platform that runs, such as http://127.0.0.1:8080. LINK is the one by which an example person signs in, as the platform
# prints it; without it somebody new signs up. Tests wait for ends with a limit, JOURNEY_PATIENCE seconds each (default: 300).
set -euo pipefail

address=${1:?Usage: test/journey/curl.sh ADDRESS [LINK]}
link=${2:-}
patience=${JOURNEY_PATIENCE:-300}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
token=

step() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
fail() { printf 'journey: %s\n' "$*" >&2; exit 1; }

# The description of an operation: METHOD PATH.
operation() {
  jq -ce --arg path "$2" --arg method "${1,,}" '.paths[$path][$method] // empty' "$work/description.json" \
    || fail "the description says nothing of $1 $2"
}

# The body that the description shows as an example, with examples of what is inside: METHOD PATH.
example() {
  operation "$1" "$2" | jq -c --slurpfile description "$work/description.json" '
    def resolved: if has("$ref") then ."$ref" as $ref | $description[0] | getpath($ref | ltrimstr("#/") | split("/")) else . end;
    def shown: resolved | if has("example") then .example | (fromjson? // .)
      elif has("properties") then .properties | map_values(resolved | select(has("example") or has("properties") or .type == "array") | shown)
        | with_entries(select(.value != null and .value != {} and .value != []))
      elif .type == "array" then [.items | shown] | map(select(. != null and . != {}))
      else null end;
    .requestBody.content | to_entries[0].value.schema | shown'
}

# Sends a request that the description has, and prints the answer: METHOD PATH [BODY] [VARIABLE=VALUE …]. A query stands after the path.
# What was sent wrongly fails with the sentence that the platform says; the status is left in $work/status.
api() {
  local method=$1 template=$2 body=${3:-} path variable
  shift; shift; [ $# -eq 0 ] || shift
  operation "$method" "${template%%\?*}" >/dev/null
  path=$template
  for variable in "$@"; do path=${path//"{${variable%%=*}}"/"${variable#*=}"}; done
  local words=(-sS --max-time "$patience" -X "$method" -o "$work/answer" -w '%{http_code}')
  [ -z "$token" ] || words+=(-H "Authorization: Bearer $token")
  [ -z "$body" ] || words+=(-H 'Content-Type: application/json' --data "$body")
  curl "${words[@]}" "$address$path" >"$work/status"
  case "$(cat "$work/status")" in
    2??) cat "$work/answer" ;;
    *) fail "$method $path: $(cat "$work/status") $(jq -r '.detail // .error.message // .' "$work/answer" 2>/dev/null || cat "$work/answer")" ;;
  esac
}

field() { jq -er "$1" || fail "an answer has no $1"; }

# Asks again until an answer has it: FILTER METHOD PATH [BODY] [VARIABLE=VALUE …].
await() {
  local filter=$1 end=$((SECONDS + patience)); shift
  until api "$@" >"$work/awaited" && jq -e "$filter" "$work/awaited" >/dev/null; do
    [ $SECONDS -lt $end ] || fail "$2 had no $filter within $patience s: $(cat "$work/awaited")"
    sleep 0.5
  done
  cat "$work/awaited"
}

step "reading the description"
curl -sS --fail --max-time 60 "$address/v3/api-docs" >"$work/description.json" || fail "there is no description at $address/v3/api-docs"
say "$(jq -r '.info.title + ": " + (.paths | length | tostring) + " paths"' "$work/description.json")"

step "signing in"
if [ -n "$link" ]; then
  token=$(api POST '/api/example-people/{code}/token' '' code="${link##*/}" | field .token)
else
  token=$(api POST /api/sign-up "$(example POST /api/sign-up | jq -c --arg email "journey-$RANDOM$RANDOM@example.org" '.email = $email')" \
    | field .token)
fi
say "as $(api GET /api/me | field .name)"

step "making an organisation"
organisation=$(api POST /api/organisations "$(example POST /api/organisations | jq -c '.name = "Journey by curl"')" | field 'if type == "object" then .id // .value else . end')
say "$(api GET /api/me | jq -er --arg id "$organisation" '.memberships[] | select(.organisation == $id) | .name + ", " + .role')"

step "applying for time"
partition=$(api GET /api/partitions | field 'map(select(.usable and .open)) | first | .slug')
application=$(example POST /api/applications | jq -c --arg organisation "$organisation" --arg partition "$partition" \
  '.organisation = $organisation | .partition = $partition | .hours = 4')
say "the rules say: mode $(api POST /api/applications/check "$application" | field .mode)"
allocation=$(api POST /api/applications "$application" | field .allocation)
say "granted: $(api GET '/api/allocations/{allocation}' '' allocation="$allocation" | jq -c .hours.granted) on $partition"

step "uploading"
words() { awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); split("to be or not that is the question whether it nobler in mind", w, " ");
  for (i = 0; i < n; i++) printf "%s ", w[int(rand() * 13) + 1] }'; }
words 2500 1 >"$work/text.txt"
for i in $(seq 40); do
  jq -nc --arg question "$(words 4 "$i")?" --arg answer "$(words 6 $((100 + i)))." \
    '{messages: [{role: "user", content: $question}, {role: "assistant", content: $answer}]}'
done >"$work/talk.jsonl"
operation POST /api/uploads | jq -e '[.parameters[].name] | contains(["organisation", "Upload-Length", "Upload-Metadata"])' >/dev/null
operation PATCH '/api/uploads/{upload}' | jq -e '.requestBody.content | has("application/offset+octet-stream")' >/dev/null

# In two parts, as after a broken connection: FILE; prints the id.
upload() {
  local file=$1 bytes place half offset
  bytes=$(wc -c <"$file")
  place=$(curl -sS --fail -D - -o /dev/null -X POST -H "Authorization: Bearer $token" -H "Upload-Length: $bytes" \
    -H "Upload-Metadata: filename $(printf '%s' "${file##*/}" | base64 -w 0)" "$address/api/uploads?organisation=$organisation" \
    | tr -d '\r' | sed -n 's/^[Ll]ocation: *//p')
  half=$((bytes / 2))
  head -c "$half" "$file" | part "$place" 0
  offset=$(curl -sS --fail -I -H "Authorization: Bearer $token" "$address$place" | tr -d '\r' | sed -n 's/^[Uu]pload-[Oo]ffset: *//p')
  tail -c +$((offset + 1)) "$file" | part "$place" "$offset"
  printf '%s' "${place##*/}"
}

part() {
  curl -sS --fail -o /dev/null -X PATCH -H "Authorization: Bearer $token" -H "Upload-Offset: $2" \
    -H 'Content-Type: application/offset+octet-stream' --data-binary @- "$address$1"
}

text=$(upload "$work/text.txt")
talk=$(upload "$work/talk.jsonl")
dataset=$(api POST /api/datasets "$(example POST /api/datasets | jq -c --arg organisation "$organisation" '.organisation = $organisation')" | field .id)
version=$(api POST '/api/datasets/{dataset}/versions' "$(jq -nc --arg text "$text" --arg talk "$talk" '{uploads: [$text, $talk]}')" dataset="$dataset" \
  | field .id)
say "version $version"

# Follows a run to its end: ID; prints its state.
watch() {
  operation GET '/api/runs/{id}/events' >/dev/null
  curl -sS --fail -N --max-time "$patience" -H "Authorization: Bearer $token" -H 'Accept: text/event-stream' "$address/api/runs/$1/events" \
    | sed -n 's/^event: *//p' | sort | uniq -c | while read -r count name; do say "$count × $name"; done >&2
  await '.state | IN("SUCCEEDED", "FAILED", "CANCELLED", "STOPPED", "LOST")' GET '/api/runs/{id}' '' id="$1" | field .state
}

run_of() {
  local request=$1 run state
  api POST /api/estimates "$request" >"$work/estimate"
  say "estimated: $(jq -c '.. | objects | select(has("hours")) | .hours' "$work/estimate" | head -n 1)" >&2
  run=$(api POST /api/runs "$request" | field .id)
  state=$(watch "$run")
  [ "$state" = SUCCEEDED ] || fail "run $run ended as $state: $(api GET '/api/runs/{id}/log' '' id="$run" | tail -n 5)"
  printf '%s' "$run"
}

step "running a program of one's own"
command=$(example POST /api/runs | jq -c --arg allocation "$allocation" --arg dataset "$version" '.allocation = $allocation | .dataset = $dataset')
run=$(run_of "$command")
made=$(api GET '/api/runs/{id}/output' '' id="$run" | field '.[0].path')
say "it left $made, and printed: $(api GET '/api/runs/{id}/log' '' id="$run" | tail -n 1)"
[ "$(api GET "/api/runs/{id}/output/file?path=$made" '' id="$run" | tr -d ' \n')" = "$(cat "$work/text.txt" "$work/talk.jsonl" | wc -w)" ] \
  || fail "the program did not count the words that were uploaded"

step "training a chatbot"
chatbot=$(jq -nc --arg allocation "$allocation" --arg dataset "$version" \
  '{allocation: $allocation, dataset: $dataset, recipe: "chatbot", name: "Journey", steps: 2, cores: 1, memoryBytes: 1610612736}')
run=$(run_of "$chatbot")
model=$(await .model GET '/api/runs/{run}/model' '' run="$run" | field .model.id)
slug=$(api GET '/api/models/{model}' '' model="$model" | field '.model // . | .slug // .brief.slug')
say "model $slug, $(api GET '/api/models/{model}/files' '' model="$model" | jq length) files"

step "talking with it"
api POST '/api/models/{model}/chat/start' "$(jq -nc --arg allocation "$allocation" '{allocation: $allocation}')" model="$model" >/dev/null
key=$(api POST /api/chat/keys "$(jq -nc --arg organisation "$organisation" '{organisation: $organisation, name: "Journey"}')" | field .secret)
operation POST /v1/chat/completions >/dev/null
question=$(example POST /v1/chat/completions | jq -c --arg model "$slug" '.model = $model | .max_tokens = 8')
ask() {
  curl -sS --fail-with-body -N --max-time "$patience" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' --data "$1" \
    "$address/v1/chat/completions"
}
say "it answers: $(ask "$question" | field '.choices[0].message | has("content")' >/dev/null && ask "$question" | jq -c '.choices[0].message.content')"
ask "$(jq -c '.stream = true' <<<"$question")" | grep -q '^data: \[DONE\]' || fail "a streamed answer did not end"
say "and streams: $(ask "$(jq -c '.stream = true' <<<"$question")" | grep -c '^data: {') parts"
api POST '/api/models/{model}/chat/stop' '{}' model="$model" >/dev/null

step "reading the statement"
await 'all(.[]; .state | IN("WAITING", "QUEUED", "RUNNING") | not)' GET "/api/runs?allocation={allocation}" '' allocation="$allocation" >/dev/null
statement=$(await '.held == 0' GET '/api/allocations/{id}/statement' '' id="$allocation")
jq -e '([.lines[].amount] | add) == .granted - .spent and .granted == .held + .spent + .free' <<<"$statement" >/dev/null \
  || fail "the statement does not add up: $statement"
say "$(jq -r '"granted \(.granted), spent \(.spent), free \(.free), in \(.lines | length) lines"' <<<"$statement")"
api GET '/api/allocations/{id}/statement.csv' '' id="$allocation" | head -n 1 >/dev/null

printf '\nThe whole journey is done.\n'
