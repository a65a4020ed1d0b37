/** The platform as its API shows it: requests, answers, refusals, streams, and who is signed in. */
@NullMarked
package org.aifactory.client.server;

import org.jspecify.annotations.NullMarked;
