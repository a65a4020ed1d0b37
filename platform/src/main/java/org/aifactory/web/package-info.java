/** What every page and every answer of the API share: problems, languages, the forms of requests. Knows nobody's business. */
@NullMarked
@ApplicationModule(displayName = "Web")
package org.aifactory.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
