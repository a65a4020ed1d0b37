package org.aifactory.identity;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.aifactory.identity.Appointments.Appointed;
import org.aifactory.identity.AuditTrail.Event;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What administrators do, and how an account ends, over HTTP. */
@RestController
class AppointmentsApi {
    private final Appointments appointments;
    private final AuditTrail audit;

    AppointmentsApi(Appointments appointments, AuditTrail audit) {
        this.appointments = appointments;
        this.audit = audit;
    }

    @Operation(summary = "Who does something for the whole platform (administrators)")
    @GetMapping("/api/appointments")
    List<Appointed> all(Actor actor) {
        return appointments.all(actor);
    }

    record Appointment(
            @NotBlank @Email @Size(max = 200) String email,
            @NotNull Duty duty) {}

    @Operation(summary = "Give somebody a duty (administrators)")
    @PostMapping("/api/appointments")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void appoint(Actor actor, @Valid @RequestBody Appointment wish) {
        appointments.appoint(actor, wish.email(), wish.duty());
    }

    @Operation(summary = "End somebody's duty (administrators)")
    @DeleteMapping("/api/appointments/{person}/{duty}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void dismiss(Actor actor, @PathVariable UUID person, @PathVariable Duty duty) {
        appointments.dismiss(actor, new PersonId(person), duty);
    }

    record NewOffice(
            @NotBlank @Size(max = 200) String name,
            @NotBlank @Pattern(regexp = "[A-Z]{2}") String country,
            @NotBlank @Email @Size(max = 200) String owner) {}

    @Operation(summary = "Enter a programme office (administrators)")
    @PostMapping("/api/programme-offices")
    @ResponseStatus(HttpStatus.CREATED)
    OrganisationId foundOffice(Actor actor, @Valid @RequestBody NewOffice wish) {
        return appointments.foundOffice(actor, wish.name(), wish.country(), wish.owner());
    }

    @Operation(summary = "What was done on the whole platform, the latest first (administrators)")
    @GetMapping("/api/audit")
    List<Event> audit(
            Actor actor,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return audit.all(actor, before, most);
    }

    /** @param confirm the address of the account */
    @Operation(summary = "End your account; what you did stays in the audit trail without your name")
    @DeleteMapping("/api/me")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void leave(Actor actor, @RequestParam @Size(max = 200) String confirm) {
        appointments.leave(actor, confirm);
    }
}
